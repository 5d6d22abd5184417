-- Audio that is moved to the tenant's own storage (docs/operations/delivery.md#move).

alter table earwitness.delivery_target
  drop constraint delivery_target_mode_check,
  add constraint delivery_target_mode_check check (mode in ('copy', 'primary', 'move')),
  -- What is disposed of here must not stay there, where it is the only copy
  add check (mode <> 'move' or (kind = 's3' and on_disposal = 'delete'));
create unique index delivery_target_move on earwitness.delivery_target (tenant) where mode = 'move';

alter table earwitness.call_archive
  -- The target where its audio was found verified, and locked as long as it is kept: our lock on it is renewed no more
  add column moved_to text,
  -- When ours may be removed: when its lock has ended, or it is tried again
  add column move_due timestamptz,
  -- When ours was removed
  add column moved_at timestamptz,
  -- Whether its audio was to be moved, and stays here after all: it is locked anew
  add column move_undone boolean not null default false,
  add check ((moved_to is null) = (move_due is null)),
  add check (moved_at is null or moved_to is not null),
  add check (not move_undone or moved_to is null);
create index call_archive_moved on earwitness.call_archive (tenant, moved_to) where moved_to is not null;
grant update (moved_to, move_due, moved_at, move_undone) on earwitness.call_archive to ${app};

-- The short first lock of what is to be moved is no settling time
create or replace function earwitness.guard_correction_row() returns trigger language plpgsql as $$
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
                       or coalesce((a.retention ->> 'moving')::boolean, false)
                       or a.lock_due is null or a.lock_due <= now() or a.lock_until > new.settles_at)) then
    raise exception 'recording % can''t be corrected: its settling time is over', new.recording
      using errcode = 'restrict_violation';
  end if;
  return new;
end $$;
