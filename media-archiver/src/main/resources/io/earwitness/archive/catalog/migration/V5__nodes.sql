-- The recorders' nodes, as their heartbeats tell. A node that has not said within its own lease that it is there
-- is absent. The table names no tenant: only operators and jobs read it.
create table earwitness.node (
  name             text primary key check (name <> ''),
  region           text not null,
  spool            uuid not null,
  version          text not null,
  started_at       timestamptz not null,
  heartbeat_at     timestamptz not null,
  present_until    timestamptz not null,
  running_calls    integer not null,
  spool_free_bytes bigint,
  spool_used_bytes bigint,
  spool_full_in_s  bigint,
  clock_offset_ms  bigint
);
grant select, insert, update on earwitness.node to ${worker};

-- Whether the node reported the end of its capture (no rescue copy can tell that), and whether it said that it
-- has no capture of this call
alter table earwitness.call
  add column capture_whole   boolean not null default false,
  add column capture_missing boolean not null default false;
create index call_of_node on earwitness.call (node, started_at, id) where state in ('live', 'closed', 'lost');

-- Archives made from rescue copies: few, and those whose node came back are to be archived once more
create index call_archive_rescued on earwitness.call_archive (id) where generation = 1;
