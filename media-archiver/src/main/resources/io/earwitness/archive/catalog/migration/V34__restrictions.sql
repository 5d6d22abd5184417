-- Recordings whose original nobody hears but by two persons, and what takes its place (docs/operations/restriction.md).

create table earwitness.restriction (
  tenant      text not null,
  id          uuid not null,
  recording   uuid not null,
  at          timestamptz not null,
  by          text not null,
  reason      text not null check (reason <> ''),
  legal_basis text not null check (legal_basis <> ''),
  -- What is silent in what takes its place; empty: nothing takes its place
  spans       jsonb not null check (jsonb_typeof(spans) = 'array'),
  -- Of two persons; null if another act of theirs led to it
  approval    uuid,
  derivative  text not null check (derivative in ('none', 'wanted', 'made', 'impossible')),
  -- The generation that takes the original's place, and that which it was made of
  generation  integer check (generation >= 4),
  source      integer check (source between 0 and 3),
  -- Why it could not be made, or not yet, and when that is tried again
  problem     text,
  not_before  timestamptz,
  lifted_at   timestamptz,
  lifted_by   text,
  -- Within the settling time: the recording, or what a derivative takes the place of, is removed
  correction  text check (correction in ('remove', 'replace')),
  asked_by    text,
  -- When the first locks end, which are renewed no more
  settles_at  timestamptz,
  -- When the removal of what was replaced began, and was done
  removing_at timestamptz,
  removed_at  timestamptz,
  primary key (tenant, id),
  check (correction is null or (lifted_at is null and approval is not null)),
  check ((correction is null) = (settles_at is null) and (correction is null) = (asked_by is null)),
  check (correction is null or (correction = 'remove') = (derivative = 'none')),
  check (removing_at is null or (correction = 'replace' and derivative = 'made')),
  check (removed_at is null or removing_at is not null),
  check ((derivative = 'none') = (spans = '[]')),
  check ((derivative = 'none') = (generation is null)),
  check ((derivative = 'made') = (source is not null)),
  check (derivative <> 'impossible' or problem is not null),
  check ((lifted_at is null) = (lifted_by is null))
);
create unique index restriction_once on earwitness.restriction (recording) where lifted_at is null;
create index restriction_list on earwitness.restriction (tenant, recording) where lifted_at is null;
create index restriction_wanted on earwitness.restriction (tenant) where derivative in ('wanted', 'made') and lifted_at is null;

-- Who may hear the original until when
create table earwitness.restriction_opening (
  tenant      text not null,
  -- Of the approval
  id          uuid not null,
  recording   uuid not null,
  users       text[] not null check (cardinality(users) > 0),
  opened_at   timestamptz not null,
  -- Whatever the program decides
  until       timestamptz not null check (until > opened_at and until <= opened_at + interval '72 hours'),
  reason      text not null check (reason <> ''),
  legal_basis text not null check (legal_basis <> ''),
  opened_by   text not null,
  primary key (tenant, id)
);
create index restriction_opening_of on earwitness.restriction_opening (tenant, recording, until);

-- A play of an original, and by which opening
alter table earwitness.play add column opening uuid;

do $$
declare
  t text;
begin
  foreach t in array array['restriction', 'restriction_opening']
  loop
    execute format('alter table earwitness.%I enable row level security', t);
    execute format('alter table earwitness.%I force row level security', t);
    execute format('create policy own_tenant on earwitness.%I to ${app} '
                   'using (tenant = (select current_setting(''earwitness.tenant'', true))) '
                   'with check (tenant = (select current_setting(''earwitness.tenant'', true)))', t);
    execute format('grant select, insert on earwitness.%I to ${app}', t);
  end loop;
end $$;
create policy every_tenant on earwitness.restriction for select to ${feed} using (true);
create policy every_tenant_too on earwitness.restriction for select to ${worker} using (true);
grant select on earwitness.restriction to ${feed};
grant select on earwitness.restriction to ${worker};
grant update (derivative, generation, source, problem, not_before, lifted_at, lifted_by,
  removing_at, removed_at) on earwitness.restriction to ${app};

-- Whatever the program decides: none of these is ever done because nobody looked
alter table earwitness.approval add check (
  kind not in ('recording.restrict', 'recording.open-restricted', 'recording.lift-restriction',
               'recording.remove', 'recording.replace') or executes_at is null);

-- Corrections within the settling time ------------------------------------------------------------

-- Whatever the program says: two persons asked and approved, and no first lock was renewed or is due to be
create function earwitness.guard_correction_row() returns trigger language plpgsql as $$
begin
  -- The owner is nobody but 'rebuild catalog', which enters what was guarded when it was done
  if current_user = (select pg_get_userbyid(c.relowner) from pg_class c where c.oid = tg_relid) then
    return new;
  end if;
  if not exists (select 1 from earwitness.approval a
                 where a.tenant = new.tenant and a.id = new.approval and a.kind = 'recording.' || new.correction
                   and a.state = 'approved' and a.approved_by is not null
                   and a.payload::jsonb ->> 'object' = 'recording:' || new.recording) then
    raise exception 'recording % can''t be corrected: no approval of two persons says so', new.recording
      using errcode = 'restrict_violation';
  end if;
  if not exists (select 1 from earwitness.call_archive a where a.id = new.recording)
     or exists (select 1 from earwitness.call_archive a
                where a.id = new.recording
                  and (a.retention ->> 'firstLock' is null or coalesce((a.retention ->> 'trial')::boolean, false)
                       or a.lock_due is null or a.lock_due <= now() or a.lock_until > new.settles_at)) then
    raise exception 'recording % can''t be corrected: its settling time is over', new.recording
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger guard_correction_row before insert on earwitness.restriction for each row
  when (new.correction is not null) execute function earwitness.guard_correction_row();

-- The locks of what is to be removed are never renewed, whatever lengthens recordings
create function earwitness.no_renewal() returns trigger language plpgsql as $$
begin
  if exists (select 1 from earwitness.restriction r
             where r.recording = new.id
               and (r.correction = 'remove'
                    or (r.correction = 'replace' and r.derivative <> 'impossible' and new.generation < 4))) then
    new.lock_due := null;
  end if;
  return new;
end $$;
create trigger no_renewal before insert or update of lock_due on earwitness.call_archive
  for each row when (new.lock_due is not null) execute function earwitness.no_renewal();

-- Why what was corrected must not be removed now, by the database's clock; null if nothing is known to hinder it
create function earwitness.correction_hindrance(wanted uuid) returns text language plpgsql stable as $$
declare
  what    text;
  settles timestamptz;
  locked  timestamptz;
begin
  if exists (select 1 from earwitness.legal_hold_recording m
             join earwitness.legal_hold h on h.tenant = m.tenant and h.id = m.hold
             where m.recording = wanted and h.ended_at is null) then
    return 'a legal hold is on it';
  end if;
  select r.correction, r.settles_at into what, settles
    from earwitness.restriction r where r.recording = wanted and r.correction is not null;
  if what is null then
    return 'it is not corrected';
  end if;
  select greatest(settles, max(a.lock_until)) into locked
    from earwitness.call_archive a where a.id = wanted and (a.generation < 4 or what = 'remove');
  if locked > now() then
    return format('its lock lasts until %s', locked);
  end if;
  return null;
end $$;

create function earwitness.guard_replaced() returns trigger language plpgsql as $$
declare
  hindrance text := earwitness.correction_hindrance(old.recording);
begin
  if hindrance is not null
     and current_user <> (select pg_get_userbyid(c.relowner) from pg_class c where c.oid = tg_relid) then
    raise exception 'the original of recording % can''t be removed: %', old.recording, hindrance
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger guard_replaced before update of removing_at on earwitness.restriction for each row
  when (new.removing_at is distinct from old.removing_at) execute function earwitness.guard_replaced();

-- A run of disposal of its own for each recording that is removed
do $$
declare
  c text;
begin
  for c in
    select conname from pg_constraint
    where conrelid = 'earwitness.disposal_run'::regclass and contype = 'c'
      and (pg_get_constraintdef(oid) like '%720%' or pg_get_constraintdef(oid) like '%by-approval%')
  loop
    execute format('alter table earwitness.disposal_run drop constraint %I', c);
  end loop;
end $$;
alter table earwitness.disposal_run
  -- Of a correction: which, and why
  add column correction uuid,
  add column reason     text,
  add check (mode in ('by-approval', 'automatic', 'correction')),
  add check ((mode = 'correction') = (correction is not null)),
  add check ((mode = 'correction') = (reason is not null)),
  -- Whatever the program decides: officers have 30 days
  add check (mode = 'correction' or not_before >= opened_at + interval '720 hours');

create or replace function earwitness.disposal_hindrance(wanted_tenant text, wanted uuid) returns text
language plpgsql stable as $$
declare
  kept timestamptz;
begin
  select max(a.keep_until) into kept from earwitness.call_archive a where a.id = wanted;
  if kept is null then
    return 'nothing of it is archived';
  elsif exists (select 1 from earwitness.restriction r
                join earwitness.disposal_run n on n.tenant = r.tenant and n.correction = r.id
                join earwitness.disposal_item i on i.tenant = n.tenant and i.run = n.id
                where r.tenant = wanted_tenant and r.recording = wanted and r.correction = 'remove'
                  and n.mode = 'correction' and n.state = 'running'
                  and i.call = wanted and i.state in ('due', 'refused', 'falling')) then
    return earwitness.correction_hindrance(wanted);
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
                      and r.mode <> 'correction' and r.not_before <= now()) then
    return 'no run of disposal that was announced for 30 days and approved has come to it';
  end if;
  return null;
end $$;
