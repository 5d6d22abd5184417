-- How recordings are delivered, and what comes after: what the target is told of them, and that they are looked at
-- again (docs/operations/delivery.md).

alter table earwitness.delivery_target
  drop constraint delivery_target_mode_check,
  add check (mode in ('copy', 'primary')),
  -- As plain audio, which is never written to a disk of ours
  add decrypted    boolean not null default false,
  add check (not decrypted or (mode = 'copy' and kind <> 'folder')),
  add on_disposal  text not null default 'instruct' check (on_disposal in ('instruct', 'delete')),
  -- 0 for never
  add recheck_days integer not null default 30 check (recheck_days between 0 and 3650),
  -- The last instruction that was written for it
  add sequence     bigint not null default 0,
  -- How many recordings were read back again, and how many of them were not what was delivered
  add checked      bigint not null default 0,
  add checked_at   timestamptz,
  add damaged      bigint not null default 0,
  add damaged_at   timestamptz;

alter table earwitness.delivery
  -- Whether it has to be found out if the target is to be told something of it
  add instruct    boolean not null default false,
  -- As the target was told
  add held        boolean not null default false,
  -- The instruction that told of its disposal
  add disposal    bigint,
  -- When it was deleted there after that
  add deleted_at  timestamptz check (deleted_at is null or disposal is not null),
  -- Whether locks and legal holds there are to be brought in step with ours, where the target is primary
  add protect     boolean not null default false,
  -- Whether a legal hold was set there
  add hold_set    boolean not null default false,
  -- When it was last known to be there as it was delivered
  add verified_at timestamptz;
create policy fill on earwitness.delivery to current_user using (true) with check (true);
update earwitness.delivery set verified_at = delivered_at, protect = delivered_at is not null;
drop policy fill on earwitness.delivery;
create index delivery_call on earwitness.delivery (call);
create index delivery_untold on earwitness.delivery (tenant, target, call) where instruct;
create index delivery_undeleted on earwitness.delivery (tenant, target, call) where disposal is not null and deleted_at is null;
create index delivery_unprotected on earwitness.delivery (tenant, target, call) where protect and delivered_at is not null;
create index delivery_held_there on earwitness.delivery (tenant, target, call) where hold_set and not held;
create index delivery_verified on earwitness.delivery (tenant, target, verified_at, call)
  where delivered_at is not null and disposal is null;

-- Instructions, each written once
create table earwitness.delivery_instruction (
  tenant     text not null,
  target     text not null,
  sequence   bigint not null,
  key        text not null,
  recordings integer not null,
  written_at timestamptz not null,
  -- Signed and sealed; gone when it is there
  content    bytea,
  sent_at    timestamptz,
  primary key (tenant, target, sequence),
  foreign key (tenant, target) references earwitness.delivery_target on delete cascade,
  check ((content is null) = (sent_at is not null))
);
create index delivery_instruction_unsent on earwitness.delivery_instruction (tenant, target, sequence) where sent_at is null;

alter table earwitness.delivery_instruction enable row level security;
alter table earwitness.delivery_instruction force row level security;
create policy own_tenant on earwitness.delivery_instruction to ${app}
  using (tenant = (select current_setting('earwitness.tenant', true)))
  with check (tenant = (select current_setting('earwitness.tenant', true)));
create policy every_tenant on earwitness.delivery_instruction to ${worker} using (true) with check (true);
grant select on earwitness.delivery_instruction to ${app};
grant select, insert, update on earwitness.delivery_instruction to ${worker};
grant update (sequence, checked, checked_at, damaged, damaged_at) on earwitness.delivery_target to ${worker};

-- worker: learns what was disposed of, and on what holds are
create policy every_tenant on earwitness.tombstone for select to ${worker} using (true);
grant select (tenant, call, at, run, manifests) on earwitness.tombstone to ${worker};
do $$
declare
  t text;
begin
  foreach t in array array['legal_hold', 'legal_hold_recording']
  loop
    execute format('create policy worker_sees on earwitness.%I for select to ${worker} using (true)', t);
  end loop;
end $$;
grant select (tenant, id, ended_at) on earwitness.legal_hold to ${worker};
grant select on earwitness.legal_hold_recording to ${worker};
