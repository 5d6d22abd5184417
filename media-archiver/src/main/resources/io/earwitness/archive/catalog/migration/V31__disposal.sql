-- Disposal: what is deleted when it falls due, who was told, and what is left of it (docs/operations/disposal.md).

-- Without a row nothing is ever deleted
create table earwitness.disposal_settings (
  tenant     text primary key references earwitness.tenant,
  version    integer not null check (version > 0),
  mode       text not null check (mode in ('off', 'by-approval', 'automatic')),
  officers   text[] not null,
  cdr        text not null check (cdr in ('kept', 'tokenised', 'removed')),
  every_days integer not null check (every_days between 1 and 31),
  changed_at timestamptz not null,
  changed_by text not null,
  check (mode = 'off' or cardinality(officers) > 0)
);

-- What was announced at one time, and became of it
create table earwitness.disposal_run (
  tenant      text not null references earwitness.tenant,
  id          uuid not null,
  opened_at   timestamptz not null,
  -- Whatever the program decides: officers have 30 days
  not_before  timestamptz not null check (not_before >= opened_at + interval '720 hours'),
  mode        text not null check (mode in ('by-approval', 'automatic')),
  state       text not null check (state in ('announced', 'running', 'done', 'stopped')),
  approved_at timestamptz,
  -- Who asked for it and who approved it; of an automatic run, who made it automatic
  approved_by text,
  started_at  timestamptz,
  ended_at    timestamptz,
  certificate bytea,
  -- The certificate's copy under lock; null until it is there
  copy_version text,
  primary key (tenant, id),
  check ((approved_at is null) = (approved_by is null)),
  check (state not in ('running', 'done') or approved_by is not null),
  check ((state in ('done', 'stopped')) = (ended_at is not null)),
  check ((state = 'done') = (certificate is not null))
);
create index disposal_run_newest on earwitness.disposal_run (tenant, opened_at, id);

create table earwitness.disposal_item (
  tenant     text not null,
  run        uuid not null,
  call       uuid not null references earwitness.call,
  state      text not null check (state in ('due', 'vetoed', 'kept', 'refused', 'falling', 'gone')),
  started_at timestamptz not null,
  ended_at   timestamptz not null,
  until      timestamptz not null,
  keep       text not null,
  rule       text,
  policy     integer not null,
  bytes      bigint not null,
  -- Why it stays, or could not be deleted yet
  problem    text,
  -- When a store that refused is asked again
  not_before timestamptz,
  -- What of it was found in the store before anything was deleted
  found      jsonb,
  -- Whether its end is in the audit trail
  entered    boolean not null default false,
  primary key (tenant, run, call),
  foreign key (tenant, run) references earwitness.disposal_run,
  check (state not in ('falling', 'gone') or found is not null)
);
create unique index disposal_item_once on earwitness.disposal_item (call) where state in ('due', 'refused', 'falling', 'gone');
create index disposal_item_state on earwitness.disposal_item (tenant, run, state, call);

-- What is left of a recording that was disposed of
create table earwitness.tombstone (
  tenant      text not null references earwitness.tenant,
  call        uuid not null references earwitness.call,
  at          timestamptz not null,
  run         uuid not null,
  keep        text not null,
  rule        text,
  policy      integer not null,
  until       timestamptz not null,
  approved_by text not null,
  objects     integer not null,
  bytes       bigint not null,
  manifests   jsonb not null,
  -- Keyed tokens of the parties' numbers, and the key's name
  token_key   text not null,
  tokens      text[] not null,
  -- Its row in the CDR lake; null if it has none any more
  cdr         jsonb,
  primary key (tenant, call),
  foreign key (tenant, run) references earwitness.disposal_run
);
create index tombstone_tokens on earwitness.tombstone using gin (tokens);

do $$
declare
  t text;
begin
  foreach t in array array['disposal_settings', 'disposal_run', 'disposal_item', 'tombstone']
  loop
    execute format('alter table earwitness.%I enable row level security', t);
    execute format('alter table earwitness.%I force row level security', t);
    execute format('create policy own_tenant on earwitness.%I to ${app} '
                   'using (tenant = (select current_setting(''earwitness.tenant'', true))) '
                   'with check (tenant = (select current_setting(''earwitness.tenant'', true)))', t);
    execute format('grant select, insert on earwitness.%I to ${app}', t);
  end loop;
end $$;
grant update on earwitness.disposal_settings to ${app};
grant update (state, approved_at, approved_by, started_at, ended_at, certificate, copy_version)
  on earwitness.disposal_run to ${app};
grant update (state, problem, not_before, found, entered) on earwitness.disposal_item to ${app};

create index call_archive_due on earwitness.call_archive (tenant, keep_until);

-- The database itself deletes nothing early ------------------------------------------------------

-- Why a call must not fall now, by the database's clock; null if nothing is known to hinder it
create function earwitness.disposal_hindrance(wanted_tenant text, wanted uuid) returns text
language plpgsql stable as $$
declare
  kept timestamptz;
begin
  select max(a.keep_until) into kept from earwitness.call_archive a where a.id = wanted;
  if kept is null then
    return 'nothing of it is archived';
  elsif kept > now() then
    return format('it is kept until %s', kept);
  elsif exists (select 1 from earwitness.legal_hold_recording m
                join earwitness.legal_hold h on h.tenant = m.tenant and h.id = m.hold
                where m.recording = wanted and h.ended_at is null) then
    return 'a legal hold is on it';
  elsif not exists (select 1 from earwitness.disposal_item i
                    join earwitness.disposal_run r on r.tenant = i.tenant and r.id = i.run
                    where i.tenant = wanted_tenant and i.call = wanted
                      and i.state in ('due', 'refused', 'falling') and r.state = 'running'
                      and r.not_before <= now()) then
    return 'no run of disposal that was announced for 30 days and approved has come to it';
  end if;
  return null;
end $$;

create function earwitness.guard_item() returns trigger language plpgsql as $$
declare
  hindrance text;
begin
  hindrance := earwitness.disposal_hindrance(old.tenant, old.call);
  if hindrance is not null then
    raise exception 'recording % can''t be disposed of: %', old.call, hindrance using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger guard_item before update on earwitness.disposal_item for each row
  when (new.state = 'falling' and old.state <> 'falling') execute function earwitness.guard_item();

create function earwitness.guard_call() returns trigger language plpgsql as $$
declare
  hindrance text;
begin
  if old.state = 'disposed' then
    if new.state <> 'disposed' then
      raise exception 'recording % was disposed of and stays so', old.id using errcode = 'restrict_violation';
    end if;
  elsif new.state = 'disposed' then
    hindrance := earwitness.disposal_hindrance(old.tenant, old.id);
    if hindrance is null and not exists (select 1 from earwitness.disposal_item i
                                         where i.call = old.id and i.state = 'falling') then
      hindrance := 'it was not marked as falling';
    end if;
    if hindrance is not null then
      raise exception 'recording % can''t be disposed of: %', old.id, hindrance using errcode = 'restrict_violation';
    end if;
  elsif new.parties = '[]' and old.parties <> '[]' and new.raw_metadata is null and old.raw_metadata is not null
        and exists (select 1 from earwitness.call_archive a where a.id = old.id) then
    raise exception 'recording % is archived; what is known of it is not taken away', old.id
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger guard_call before update on earwitness.call for each row
  when (old.state = 'disposed' or new.state = 'disposed' or new.parties = '[]')
  execute function earwitness.guard_call();

create function earwitness.guard_disposed() returns trigger language plpgsql as $$
begin
  -- Which only a call can be that passed the guard above
  if not exists (select 1 from earwitness.call c where c.id = old.call and c.state = 'disposed') then
    raise exception 'recording % was not disposed of', old.call using errcode = 'restrict_violation';
  end if;
  return old;
end $$;
create trigger guard_correction before delete on earwitness.call_correction
  for each row execute function earwitness.guard_disposed();
grant delete on earwitness.call_correction to ${app};
