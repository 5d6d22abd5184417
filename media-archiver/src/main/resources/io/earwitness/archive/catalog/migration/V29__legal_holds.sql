-- Legal holds (docs/operations/holds.md): what must not be deleted, whatever the policy of retention says.

create table earwitness.legal_hold (
  tenant         text not null references earwitness.tenant,
  id             uuid not null,
  name           text not null check (name <> ''),
  matter         uuid,
  reason         text not null check (reason <> ''),
  grace_days     integer not null check (grace_days >= 7),
  scope          jsonb not null,
  placed_at      timestamptz not null,
  placed_by      text not null,
  released_at    timestamptz check (released_at >= placed_at),
  released_by    text,
  -- When its grace had passed and its recordings were let go; kept, since nothing of a hold is deleted
  ended_at       timestamptz,
  -- Recordings that were archived before this were looked at
  examined_until timestamptz,
  primary key (tenant, id),
  foreign key (tenant, matter) references earwitness.matter,
  check ((released_at is null) = (released_by is null)),
  check (ended_at is null or ended_at >= released_at + make_interval(days => grace_days))
);
create index legal_hold_newest on earwitness.legal_hold (tenant, placed_at, id);

-- The recordings that a hold is on; never fewer
create table earwitness.legal_hold_recording (
  tenant    text not null,
  hold      uuid not null,
  recording uuid not null references earwitness.call,
  added_at  timestamptz not null,
  primary key (tenant, hold, recording),
  foreign key (tenant, hold) references earwitness.legal_hold
);
create index legal_hold_of_recording on earwitness.legal_hold_recording (recording, hold);

-- Of which recordings the store was told to hold the objects: noted before it is told, and removed after it was
-- told that they are free
create table earwitness.object_hold (
  tenant     text not null references earwitness.tenant,
  recording  uuid not null references earwitness.call,
  state      text not null check (state in ('setting', 'set', 'clearing')),
  -- The newest generation of the recording when its objects were held
  generation integer not null,
  changed_at timestamptz not null,
  checked_at timestamptz not null,
  -- When the store was last found not to hold what it should
  mended_at  timestamptz,
  primary key (tenant, recording)
);
create index object_hold_unfinished on earwitness.object_hold (tenant) where state <> 'set';
create index object_hold_checked on earwitness.object_hold (tenant, checked_at) where state = 'set';
create index object_hold_mended on earwitness.object_hold (tenant, mended_at) where mended_at is not null;

-- For calls that come later
create index call_archive_when on earwitness.call_archive (tenant, archived_at);

do $$
declare
  t text;
begin
  foreach t in array array['legal_hold', 'legal_hold_recording', 'object_hold']
  loop
    execute format('alter table earwitness.%I enable row level security', t);
    execute format('alter table earwitness.%I force row level security', t);
    execute format('create policy own_tenant on earwitness.%I to ${app} '
                   'using (tenant = (select current_setting(''earwitness.tenant'', true))) '
                   'with check (tenant = (select current_setting(''earwitness.tenant'', true)))', t);
  end loop;
  foreach t in array array['legal_hold', 'legal_hold_recording']
  loop
    execute format('create policy every_tenant on earwitness.%I for select to ${feed} using (true)', t);
    execute format('grant select on earwitness.%I to ${feed}', t);
  end loop;
end $$;
grant select, insert, update (released_at, released_by, ended_at, examined_until) on earwitness.legal_hold to ${app};
grant select, insert on earwitness.legal_hold_recording to ${app};
grant select, insert, update, delete on earwitness.object_hold to ${app};

-- Whatever the program decides: no hold is released because nobody looked
alter table earwitness.approval add check (kind <> 'hold.release' or executes_at is null);
