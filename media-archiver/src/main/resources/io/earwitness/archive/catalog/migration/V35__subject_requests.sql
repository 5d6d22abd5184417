-- Requests of the people who were recorded: access, restriction, objection, erasure
-- (docs/operations/subject-requests.md).

create table earwitness.subject_request (
  tenant        text not null references earwitness.tenant,
  id            uuid not null,
  -- Grows with every act, so that a catalog that was put back is told from a newer one
  version       integer not null check (version > 0),
  kind          text not null check (kind in ('access', 'restriction', 'objection', 'erasure')),
  state         text not null check (state in ('received', 'identified', 'found', 'decided', 'executing', 'done', 'refused', 'withdrawn')),
  opened_at     timestamptz not null,
  due_at        timestamptz not null,
  identified_by text,
  -- Two persons, before anything is erased
  asked_by      text,
  approved_by   text,
  -- Of the code by which the subject fetches the copy
  code_hash     text,
  request       jsonb not null,
  primary key (tenant, id),
  check (identified_by is not null or state in ('received', 'refused', 'withdrawn')),
  check ((asked_by is null) = (approved_by is null)),
  check (asked_by <> approved_by)
);
create index subject_request_newest on earwitness.subject_request (tenant, opened_at, id);
create index subject_request_due on earwitness.subject_request (due_at) where state not in ('done', 'refused', 'withdrawn');
create unique index subject_request_code on earwitness.subject_request (tenant, code_hash) where code_hash is not null;

-- The recordings that were found, and what was decided of each. A recording may be gone from the store when the
-- catalog is made again, so that nothing refers to its call
create table earwitness.subject_request_item (
  tenant   text not null,
  request  uuid not null,
  call     uuid not null,
  decision text check (decision in ('release', 'restrict', 'erase', 'decline')),
  outcome  text not null check (outcome in ('pending', 'released', 'restricted', 'erased', 'declined', 'gone')),
  item     jsonb not null,
  primary key (tenant, request, call),
  foreign key (tenant, request) references earwitness.subject_request
);
create index subject_request_item_call on earwitness.subject_request_item (tenant, call) where decision = 'erase';

-- Which files of a copy somebody listened to, by their SHA-256: nobody releases what he or she did not hear
create table earwitness.subject_copy_heard (
  tenant  text not null,
  request uuid not null,
  actor   text not null,
  sha256  text not null,
  primary key (tenant, request, actor, sha256),
  foreign key (tenant, request) references earwitness.subject_request
);

do $$
declare
  t text;
begin
  foreach t in array array['subject_request', 'subject_request_item', 'subject_copy_heard']
  loop
    execute format('alter table earwitness.%I enable row level security', t);
    execute format('alter table earwitness.%I force row level security', t);
    execute format('create policy own_tenant on earwitness.%I to ${app} '
                   'using (tenant = (select current_setting(''earwitness.tenant'', true))) '
                   'with check (tenant = (select current_setting(''earwitness.tenant'', true)))', t);
    execute format('grant select, insert on earwitness.%I to ${app}', t);
  end loop;
end $$;
grant update (version, state, due_at, identified_by, asked_by, approved_by, code_hash, request)
  on earwitness.subject_request to ${app};
grant update (decision, outcome, item) on earwitness.subject_request_item to ${app};

-- worker: finds what is due
create policy every_tenant on earwitness.subject_request for select to ${worker} using (true);
grant select on earwitness.subject_request to ${worker};

-- Erasure is disposal without the officers' 30 days, of what two persons decided to erase and of nothing else. All else
-- that guards a recording stays: keep-until, legal holds, the store's locks ------------------------

alter table earwitness.disposal_run add request uuid;
alter table earwitness.disposal_run add foreign key (tenant, request) references earwitness.subject_request;
do $$
declare
  former text;
begin
  for former in select conname from pg_constraint
                where conrelid = 'earwitness.disposal_run'::regclass and contype = 'c'
                  and (pg_get_constraintdef(oid) like '%720:00:00%'
                       or pg_get_constraintdef(oid) like '%by-approval%')
  loop
    execute format('alter table earwitness.disposal_run drop constraint %I', former);
  end loop;
end $$;
alter table earwitness.disposal_run
  add constraint disposal_run_mode check (mode in ('by-approval', 'automatic', 'correction', 'erasure')),
  add constraint disposal_run_erasure check ((mode = 'erasure') = (request is not null)),
  add constraint disposal_run_notice
    check (mode = 'correction' or not_before >= opened_at + interval '720 hours'
           or request is not null and not_before >= opened_at);

create function earwitness.guard_erasure_run() returns trigger language plpgsql as $$
begin
  if not exists (select 1 from earwitness.subject_request r
                 where r.tenant = new.tenant and r.id = new.request
                   and r.kind in ('erasure', 'objection') and r.approved_by is not null) then
    raise exception 'the request % was not approved by two persons', new.request using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger guard_erasure_run before insert on earwitness.disposal_run for each row
  when (new.request is not null) execute function earwitness.guard_erasure_run();

create function earwitness.guard_erasure_item() returns trigger language plpgsql as $$
declare
  wanted uuid;
begin
  select r.request into wanted from earwitness.disposal_run r where r.tenant = new.tenant and r.id = new.run;
  if wanted is not null and not exists (select 1 from earwitness.subject_request_item i
                                        where i.tenant = new.tenant and i.request = wanted
                                          and i.call = new.call and i.decision = 'erase') then
    raise exception 'recording % is not to be erased by the request %', new.call, wanted using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
create trigger guard_erasure_item before insert on earwitness.disposal_item
  for each row execute function earwitness.guard_erasure_item();

-- Whatever the program decides: nothing is erased or released because nobody looked
alter table earwitness.approval
  add check (kind not in ('subject-request.erase', 'subject-copy.release') or executes_at is null);
