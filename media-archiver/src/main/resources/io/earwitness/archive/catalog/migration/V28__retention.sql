-- Retention: the tenants' policies, and by what each recording's keep-until was decided
-- (docs/operations/retention.md). Versions are only ever added.

create table earwitness.retention_policy (
  tenant     text not null references earwitness.tenant,
  version    integer not null check (version > 0),
  valid_from timestamptz not null,
  changed_by text not null,
  policy     jsonb not null,
  primary key (tenant, version)
);

alter table earwitness.retention_policy enable row level security;
alter table earwitness.retention_policy force row level security;
create policy own_tenant on earwitness.retention_policy to ${app}
  using (tenant = (select current_setting('earwitness.tenant', true)))
  with check (tenant = (select current_setting('earwitness.tenant', true)));
grant select, insert on earwitness.retention_policy to ${app};

-- Version of the policy, class, rule and licences; null in what was archived before
alter table earwitness.call_archive add column retention jsonb;
