-- Recordings that may be another tenant's: docs/operations/whose-call.md.

-- Since when and why nobody is shown what was recorded; null if it is not blocked
alter table earwitness.call add column blocked jsonb check (jsonb_typeof(blocked) = 'object');
create index call_blocked on earwitness.call (tenant, started_at) where blocked is not null;

-- An act may be asked for in a tenant by somebody of the platform, who decides nothing there
alter table earwitness.approval add column asking_tenant text;
create policy fill on earwitness.approval to current_user using (true) with check (true);
update earwitness.approval set asking_tenant = tenant;
drop policy fill on earwitness.approval;
alter table earwitness.approval alter column asking_tenant set not null;
do $$
declare
  c text;
begin
  -- Both had names of their own making
  for c in
    select conname from pg_constraint
    where conrelid = 'earwitness.approval'::regclass
      and (pg_get_constraintdef(oid) like 'FOREIGN KEY (tenant, asked_by)%'
           or pg_get_constraintdef(oid) like '%approved_by <> asked_by%')
  loop
    execute format('alter table earwitness.approval drop constraint %I', c);
  end loop;
end $$;
alter table earwitness.approval
  add foreign key (asking_tenant, asked_by) references earwitness.app_user,
  add check (asking_tenant in (tenant, 'platform')),
  add check ((approved_by <> asked_by or asking_tenant <> tenant) and approved_by <> all (benefits)),
  -- Whatever the program decides: a call is never handed over because nobody looked
  add check (kind not in ('recording.hand-over', 'recording.take-over') or executes_at is null);

-- A recording that is to be another tenant's. No tenant is told of the other, so only the platform reads this.
create table earwitness.hand_over (
  id          uuid primary key,
  call        uuid not null references earwitness.call,
  from_tenant text not null references earwitness.tenant,
  to_tenant   text not null references earwitness.tenant,
  -- The recording that it becomes there
  new_call    uuid not null unique check (new_call <> call),
  -- The approvals of the two tenants
  giving      uuid not null,
  taking      uuid not null,
  asked_at    timestamptz not null,
  asked_by    text not null,
  reason      text not null check (reason <> ''),
  state       text not null check (state in ('asked', 'done', 'refused', 'withdrawn')),
  ended_at    timestamptz,
  -- Why it could not be done yet
  problem     text,
  check (from_tenant <> to_tenant),
  check ((state = 'asked') = (ended_at is null)),
  foreign key (from_tenant, giving) references earwitness.approval,
  foreign key (to_tenant, taking) references earwitness.approval
);
create unique index hand_over_once on earwitness.hand_over (call) where state in ('asked', 'done');
create index hand_over_newest on earwitness.hand_over (asked_at, id);
alter table earwitness.hand_over enable row level security;
alter table earwitness.hand_over force row level security;
create policy platform on earwitness.hand_over to ${app}
  using ((select current_setting('earwitness.tenant', true)) = 'platform')
  with check ((select current_setting('earwitness.tenant', true)) = 'platform');
create policy every_tenant on earwitness.hand_over for select to ${worker} using (true);
grant select, insert, update (state, ended_at, problem) on earwitness.hand_over to ${app};
grant select on earwitness.hand_over to ${worker};
