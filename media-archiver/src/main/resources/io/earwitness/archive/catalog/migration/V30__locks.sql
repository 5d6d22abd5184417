-- Locks over a recording's life (docs/operations/retention.md): what the store was told and confirmed,
-- what is to be renewed and when, recordings that are lengthened, and tenants on trial.

alter table earwitness.call_archive
  -- Until when the store's lock on all of its objects lasts, as it confirmed
  add column lock_until    timestamptz,
  -- When that is to be renewed, or tried again; null if it lasts as long as the recording is kept
  add column lock_due      timestamptz,
  -- Attempts since the last that succeeded, and why the last one didn't
  add column lock_failures integer not null default 0 check (lock_failures >= 0),
  add column lock_problem  text;

-- Until now a row was made only when all was locked for as long as it is kept
create policy fill on earwitness.call_archive to current_user using (true) with check (true);
update earwitness.call_archive set lock_until = keep_until;
drop policy fill on earwitness.call_archive;
alter table earwitness.call_archive alter column lock_until set not null;

create index call_archive_lock_due on earwitness.call_archive (lock_due, id) where lock_due is not null;
create index call_archive_lock_ends on earwitness.call_archive (lock_until) where lock_due is not null;
create index call_archive_lock_waits on earwitness.call_archive (tenant) where lock_due is not null;
create index call_archive_lock_fails on earwitness.call_archive (tenant) where lock_failures > 0;

-- Whatever the program says: neither is ever shortened
create function earwitness.only_longer() returns trigger language plpgsql as $$
begin
  if new.keep_until < old.keep_until or new.lock_until < old.lock_until then
    raise exception 'recording %: until when it is kept or locked can only be made later', old.id;
  end if;
  return new;
end $$;
create trigger only_longer before update of keep_until, lock_until on earwitness.call_archive
  for each row execute function earwitness.only_longer();

grant update (keep_until, retention, lock_due) on earwitness.call_archive to ${app};
grant update (lock_until, lock_due, lock_failures, lock_problem) on earwitness.call_archive to ${worker};

-- A version of the policy that also lengthens the recordings that are there, and how far that came
create table earwitness.retention_lengthening (
  tenant         text not null,
  policy_version integer not null,
  asked_at       timestamptz not null,
  asked_by       text not null,
  -- The last recording that was looked at; they are taken in the order of their ids
  last_seen      uuid not null default '00000000-0000-0000-0000-000000000000',
  recordings     bigint not null default 0,
  bytes          bigint not null default 0,
  finished_at    timestamptz,
  primary key (tenant, policy_version),
  foreign key (tenant, policy_version) references earwitness.retention_policy
);
create index retention_lengthening_open on earwitness.retention_lengthening (asked_at) where finished_at is null;

-- Tenants that began on trial; live since it ended
create table earwitness.retention_trial (
  tenant    text primary key references earwitness.tenant,
  since     timestamptz not null,
  ended_at  timestamptz,
  ended_by  text,
  -- Who signed for it, and why
  signed_by text,
  reason    text,
  check ((ended_at is null) = (ended_by is null)),
  check ((ended_at is null) = (signed_by is null)),
  check ((ended_at is null) = (reason is null))
);

do $$
declare
  t text;
begin
  foreach t in array array['retention_lengthening', 'retention_trial']
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
grant update (last_seen, recordings, bytes, finished_at) on earwitness.retention_lengthening to ${app};
grant update (ended_at, ended_by, signed_by, reason) on earwitness.retention_trial to ${app};
