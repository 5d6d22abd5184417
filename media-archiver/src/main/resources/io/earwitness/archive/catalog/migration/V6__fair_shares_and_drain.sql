-- How many of a tenant's calls one recorder records at a time: places kept for it, and the highest number
alter table earwitness.tenant add column guaranteed_calls integer not null default 0
  check (guaranteed_calls between 0 and 100000);
alter table earwitness.tenant add column max_calls integer
  check (max_calls between 1 and 100000 and max_calls >= guaranteed_calls);
grant update (guaranteed_calls, max_calls) on earwitness.tenant to ${app};

-- Which recorders are to take no new calls, and how far they are with that. No tenant's, so not for app.
create table earwitness.node_drain (
  node        text primary key,
  drain_since timestamptz,
  drain_by    text,
  draining    boolean not null,
  calls       integer not null check (calls >= 0),
  seen_at     timestamptz not null,
  check ((drain_since is null) = (drain_by is null))
);
grant select, insert, update on earwitness.node_drain to ${worker};
