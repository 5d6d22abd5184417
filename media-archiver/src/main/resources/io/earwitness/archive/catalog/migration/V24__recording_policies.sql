-- What is recorded (docs/operations/recording-policy.md): the tenants' policies, and what they said of each call.
-- Versions are only ever added.

create table earwitness.recording_policy (
  tenant     text not null references earwitness.tenant,
  version    integer not null check (version > 0),
  valid_from timestamptz not null,
  changed_by text not null,
  policy     jsonb not null,
  primary key (tenant, version)
);
alter table earwitness.recording_policy enable row level security;
alter table earwitness.recording_policy force row level security;
create policy own_tenant on earwitness.recording_policy to ${app}
  using (tenant = (select current_setting('earwitness.tenant', true)))
  with check (tenant = (select current_setting('earwitness.tenant', true)));
create policy every_tenant on earwitness.recording_policy to ${worker} using (true) with check (true);
grant select, insert on earwitness.recording_policy to ${app};
grant select on earwitness.recording_policy to ${worker};

-- The decision on a call; a call that is kept on demand alone is held until then, or until it is marked
alter table earwitness.call add column policy jsonb;
alter table earwitness.call add column held_until timestamptz;
alter table earwitness.call add column kept_at timestamptz;
alter table earwitness.call add column kept_by text;
alter table earwitness.call add column kept_reason text;
alter table earwitness.call add check ((kept_at is null) = (kept_by is null) and (kept_at is null) = (kept_reason is null));

-- With which status an SRC's calls are refused that are not to be recorded; null to answer them with inactive streams
alter table earwitness.src add column not_recorded_status integer
  check (not_recorded_status between 400 and 699 and not_recorded_status <> 503);
grant update (not_recorded_status) on earwitness.src to ${app};
