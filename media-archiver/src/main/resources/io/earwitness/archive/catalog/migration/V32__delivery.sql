-- Delivery of recordings to storage of the tenants' own, and how far it is: docs/operations/delivery.md.

create table earwitness.delivery_target (
  tenant           text not null references earwitness.tenant check (tenant <> 'platform'),
  name             text not null check (name ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  kind             text not null check (kind in ('folder', 's3', 'sftp')),
  mode             text not null check (mode = 'copy'),
  address          text not null,
  account          text not null,
  -- Sealed with the key in keys/sign-in.secret
  secret           text,
  region           text not null,
  host_key         text not null,
  bytes_per_second bigint check (bytes_per_second > 0),
  lake             boolean not null,
  added_at         timestamptz not null,
  added_by         text not null,
  paused_at        timestamptz,
  -- Which recordings that were there before it were queued; null once all are
  queued_to        uuid default '00000000-0000-0000-0000-000000000000',
  delivered_at     timestamptz,
  failing_since    timestamptz,
  problem          text,
  primary key (tenant, name),
  check ((failing_since is null) = (problem is null))
);

-- One row for each recording and target: what waits, and what arrived
create table earwitness.delivery (
  tenant       text not null,
  target       text not null,
  call         uuid not null references earwitness.call,
  generation   integer not null,
  bytes        bigint not null,
  queued_at    timestamptz not null,
  attempts     integer not null default 0,
  retry_at     timestamptz,
  problem      text,
  delivered_at timestamptz,
  -- Name, size and SHA-256 of each object as it arrived
  objects      jsonb,
  primary key (tenant, target, call),
  foreign key (tenant, target) references earwitness.delivery_target on delete cascade,
  check ((delivered_at is null) = (objects is null))
);
create index delivery_waiting on earwitness.delivery (tenant, target, queued_at, call) where delivered_at is null;
create index delivery_arrived on earwitness.delivery (tenant, target, delivered_at, call) where delivered_at is not null;

-- Files beside recordings as they arrived: the lake's, by what identifies their version here
create table earwitness.delivery_file (
  tenant  text not null,
  target  text not null,
  key     text not null,
  version text not null,
  primary key (tenant, target, key),
  foreign key (tenant, target) references earwitness.delivery_target on delete cascade
);

-- Days on which something arrived at a target, and up to which delivery the index there says it
create table earwitness.delivery_index (
  tenant     text not null,
  target     text not null,
  day        date not null,
  newest     timestamptz not null,
  indexed_to timestamptz,
  written_at timestamptz,
  primary key (tenant, target, day),
  foreign key (tenant, target) references earwitness.delivery_target on delete cascade
);

-- How far the change feed was followed, for all targets
create table earwitness.delivery_position (
  one      boolean primary key default true check (one),
  epoch    text not null,
  position bigint not null
);
insert into earwitness.delivery_position (epoch, position) values ('', 0);

do $$
declare
  t text;
begin
  foreach t in array array['delivery_target', 'delivery', 'delivery_file', 'delivery_index']
  loop
    execute format('alter table earwitness.%I enable row level security', t);
    execute format('alter table earwitness.%I force row level security', t);
    execute format('create policy own_tenant on earwitness.%I to ${app} '
                   'using (tenant = (select current_setting(''earwitness.tenant'', true))) '
                   'with check (tenant = (select current_setting(''earwitness.tenant'', true)))', t);
    execute format('create policy every_tenant on earwitness.%I to ${worker} using (true) with check (true)', t);
  end loop;
end $$;

grant select, insert, update, delete on earwitness.delivery_target to ${app};
grant select on earwitness.delivery to ${app};

-- worker: queues, delivers, and says what went wrong
grant select on earwitness.delivery_target to ${worker};
grant update (queued_to, delivered_at, failing_since, problem) on earwitness.delivery_target to ${worker};
grant select, insert, update on earwitness.delivery, earwitness.delivery_file, earwitness.delivery_index to ${worker};
grant select, update on earwitness.delivery_position to ${worker};
