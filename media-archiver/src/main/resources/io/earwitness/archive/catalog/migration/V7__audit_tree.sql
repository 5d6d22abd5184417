-- The audit trail's trees (docs/formats/audit-log.md). An entry waits in audit_pending from the transaction that
-- makes it until the sequencer gives it the next leaf of its tenant's log. All other tables here are only ever
-- added to.

alter table earwitness.audit_entry drop column leaf_index;

create table earwitness.audit_pending (
  id        bigint generated always as identity primary key,
  tenant    text not null,
  entry     uuid not null,
  leaf_hash bytea not null check (length(leaf_hash) = 32)
);

-- The primary key is what makes a fork impossible, whoever sequences
create table earwitness.audit_leaf (
  tenant     text not null,
  leaf_index bigint not null check (leaf_index >= 0),
  entry      uuid not null unique,
  leaf_hash  bytea not null check (length(leaf_hash) = 32),
  primary key (tenant, leaf_index)
);

-- Roots of the complete subtrees of 2^level leaves, so that a proof reads few rows
create table earwitness.audit_subtree (
  tenant   text not null,
  level    integer not null check (level in (8, 16, 24, 32, 40, 48, 56)),
  position bigint not null check (position >= 0),
  hash     bytea not null check (length(hash) = 32),
  primary key (tenant, level, position)
);

create table earwitness.audit_checkpoint (
  tenant    text not null,
  tree_size bigint not null check (tree_size > 0),
  root_hash bytea not null check (length(root_hash) = 32),
  note      text not null,
  signed_at timestamptz not null,
  primary key (tenant, tree_size)
);

-- What lies under lock in the object store
create table earwitness.audit_bundle (
  tenant     text not null,
  first      bigint not null check (first >= 0),
  last       bigint not null check (last >= first),
  object_key text not null,
  version_id text not null,
  shipped_at timestamptz not null,
  primary key (tenant, first, last)
);
create table earwitness.audit_checkpoint_copy (
  tenant     text not null,
  tree_size  bigint not null,
  object_key text not null,
  version_id text not null,
  shipped_at timestamptz not null,
  primary key (tenant, tree_size)
);

-- So that each filter of the trail reads about as many rows as it shows
create index audit_entry_action on earwitness.audit_entry (tenant, action, at, id);
create index audit_entry_actor_action on earwitness.audit_entry (tenant, actor, action, at, id);
create index audit_entry_object on earwitness.audit_entry (tenant, object, at, id) where object is not null;

-- Entries of before wait like new ones. FORCE binds the owner, so it gives itself leave for as long.
create policy once on earwitness.audit_entry to current_user using (true);
insert into earwitness.audit_pending (tenant, entry, leaf_hash)
  select tenant, id, leaf_hash from earwitness.audit_entry order by at, id;
drop policy once on earwitness.audit_entry;

grant insert on earwitness.audit_pending to ${app};
grant select on earwitness.audit_leaf, earwitness.audit_subtree, earwitness.audit_checkpoint to ${app};
grant select on earwitness.audit_entry to ${worker};
grant select, delete on earwitness.audit_pending to ${worker};
grant select, insert on earwitness.audit_leaf, earwitness.audit_subtree, earwitness.audit_checkpoint,
  earwitness.audit_bundle, earwitness.audit_checkpoint_copy to ${worker};

do $$
declare
  t text;
begin
  foreach t in array array['audit_pending', 'audit_leaf', 'audit_subtree', 'audit_checkpoint', 'audit_bundle',
                           'audit_checkpoint_copy']
  loop
    execute format('alter table earwitness.%I enable row level security', t);
    execute format('alter table earwitness.%I force row level security', t);
    execute format('create policy own_tenant on earwitness.%I to ${app} '
                   'using (tenant = (select current_setting(''earwitness.tenant'', true))) '
                   'with check (tenant = (select current_setting(''earwitness.tenant'', true)))', t);
    execute format('create policy every_tenant on earwitness.%I to ${worker} using (true) with check (true)', t);
  end loop;
end $$;
