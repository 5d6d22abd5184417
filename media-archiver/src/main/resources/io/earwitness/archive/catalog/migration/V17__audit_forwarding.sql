-- Where entries of audit logs are forwarded to, and how far: docs/operations/audit.md. No foreign key from the
-- leaves: a destination's position is one past the last leaf that its receiver took.

create table earwitness.audit_destination (
  tenant        text not null references earwitness.tenant,
  name          text not null check (name ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  address       text not null,
  masked        boolean not null,
  next_leaf     bigint not null check (next_leaf >= 0),
  added_at      timestamptz not null,
  added_by      text not null,
  sent_at       timestamptz,
  failing_since timestamptz,
  problem       text,
  primary key (tenant, name),
  check ((failing_since is null) = (problem is null))
);

alter table earwitness.audit_destination enable row level security;
alter table earwitness.audit_destination force row level security;
create policy own_tenant on earwitness.audit_destination to ${app}
  using (tenant = (select current_setting('earwitness.tenant', true)))
  with check (tenant = (select current_setting('earwitness.tenant', true)));
create policy every_tenant on earwitness.audit_destination to ${worker} using (true) with check (true);

grant select, insert, delete on earwitness.audit_destination to ${app};
grant update (address, masked, next_leaf, sent_at, failing_since, problem) on earwitness.audit_destination to ${app};

-- worker: moves positions, and says what went wrong
grant select on earwitness.audit_destination to ${worker};
grant update (next_leaf, sent_at, failing_since, problem) on earwitness.audit_destination to ${worker};
