-- In which mode the store locks what a tenant records (docs/operations/retention.md). A tenant without a row
-- has GOVERNANCE; a row says COMPLIANCE, and there is no way back.

create table earwitness.retention_lock_mode (
  tenant     text not null references earwitness.tenant,
  version    integer not null check (version > 0),
  -- Whether the locks of recordings that were there are strengthened too
  existing   boolean not null,
  changed_at timestamptz not null,
  changed_by text not null,
  primary key (tenant, version)
);

-- Whether the store's lock is to be made a COMPLIANCE one, as it was made a GOVERNANCE one before
alter table earwitness.call_archive add column lock_strengthen boolean not null default false;
grant update (lock_strengthen) on earwitness.call_archive to ${app}, ${worker};

-- Tenants that are closed (docs/operations/closing.md), each step with its time
create table earwitness.tenant_closing (
  tenant              text primary key references earwitness.tenant,
  id                  uuid not null,
  -- From when on nothing is recorded, and what becomes of the private keys that the platform manages
  stop_at             timestamptz not null,
  keys                text not null check (keys in ('keep', 'hand-over')),
  begun_at            timestamptz not null,
  begun_by            text not null,
  withdrawn_at        timestamptz,
  -- All that was recorded was delivered to this target, as a signed inventory in the store says
  target              text,
  inventory_at        timestamptz,
  inventory_version   text,
  inventory_sha256    text,
  recordings          bigint,
  -- The customer found all of it; read-only since then
  verified_at         timestamptz,
  verified_by         text,
  receipt             text,
  keys_destroyed_at   timestamptz,
  -- Nothing is left, as a signed certificate in the store says
  closed_at           timestamptz,
  certificate_version text,
  check (verified_at is null or inventory_at is not null),
  check (closed_at is null or verified_at is not null)
);
grant update (id, stop_at, keys, begun_at, begun_by, withdrawn_at, target, inventory_at, inventory_version,
  inventory_sha256, recordings, verified_at, verified_by, receipt, keys_destroyed_at, closed_at, certificate_version)
  on earwitness.tenant_closing to ${app};

do $$
declare
  t text;
begin
  foreach t in array array['retention_lock_mode', 'tenant_closing']
  loop
    execute format('alter table earwitness.%I enable row level security', t);
    execute format('alter table earwitness.%I force row level security', t);
    execute format('create policy own_tenant on earwitness.%I to ${app} '
                   'using (tenant = (select current_setting(''earwitness.tenant'', true))) '
                   'with check (tenant = (select current_setting(''earwitness.tenant'', true)))', t);
    execute format('create policy every_tenant on earwitness.%I for select to ${worker} using (true)', t);
    execute format('grant select, insert on earwitness.%I to ${app}', t);
    execute format('grant select on earwitness.%I to ${worker}', t);
  end loop;
end $$;
