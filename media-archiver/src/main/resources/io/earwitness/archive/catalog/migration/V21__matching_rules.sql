-- The operator's rules that say whose a call is, in their order: docs/operations/whose-call.md. A tenant reads its own.
create table earwitness.matching_rule (
  position integer primary key check (position >= 0),
  name     text not null unique,
  kind     text not null check (kind in ('tls-identity', 'source', 'request-uri', 'header', 'metadata-domain', 'number')),
  header   text,
  value    text not null check (value <> ''),
  tenant   text not null references earwitness.tenant,
  check ((kind = 'header') = (header is not null))
);
alter table earwitness.matching_rule enable row level security;
alter table earwitness.matching_rule force row level security;
create policy own_tenant on earwitness.matching_rule to ${app}
  using (tenant = (select current_setting('earwitness.tenant', true)))
  with check (tenant = (select current_setting('earwitness.tenant', true)));
create policy every_tenant on earwitness.matching_rule to ${worker} using (true) with check (true);
grant select on earwitness.matching_rule to ${app};
grant select, insert, delete on earwitness.matching_rule to ${worker};

-- Whether calls that claim a number outside of the tenant's ranges are flagged
alter table earwitness.tenant add column number_screening boolean not null default true;
grant update (number_screening) on earwitness.tenant to ${app};
