-- The alarms register: docs/operations/alarms.md. No foreign key to the tenant: a recorder may know a tenant that a
-- restored database lost, and its alarms must not vanish.

-- Open alarms, and those that are over
create table earwitness.alarm (
  tenant          text not null,
  id              uuid not null,
  kind            text not null check (kind ~ '^[a-z0-9-]+$'),
  object          text not null check (object <> ''),
  severity        text not null check (severity in ('critical', 'major', 'minor', 'warning')),
  detail          text not null,
  node            text not null,
  raised_at       timestamptz not null,
  last_raised_at  timestamptz not null,
  times           bigint not null check (times > 0),
  acknowledged_at timestamptz,
  acknowledged_by text,
  note            text,
  cleared_at      timestamptz,
  -- Whether everything that its end brings was planned: then nobody need look at it again
  settled         boolean not null default false,
  primary key (tenant, id),
  check ((acknowledged_at is null) = (acknowledged_by is null)),
  check ((acknowledged_at is null) = (note is null)),
  check (cleared_at is not null or not settled)
);
create unique index alarm_open on earwitness.alarm (tenant, kind, object) where cleared_at is null;
create index alarm_unsettled on earwitness.alarm (raised_at) where not settled;
create index alarm_newest on earwitness.alarm (tenant, raised_at, id);

-- What a channel is to be told: an outbox, and what became of it
create table earwitness.alarm_notice (
  tenant       text not null,
  id           uuid not null,
  alarm        uuid not null,
  channel      text not null,
  event        text not null check (event in ('raised', 'escalated', 'cleared')),
  state        text not null check (state in ('waiting', 'delivered', 'given-up')),
  planned_at   timestamptz not null,
  due_at       timestamptz not null,
  leased_until timestamptz,
  attempts     integer not null default 0,
  primary key (tenant, id),
  unique (tenant, alarm, channel, event),
  foreign key (tenant, alarm) references earwitness.alarm on delete cascade
);
create index alarm_notice_waiting on earwitness.alarm_notice (due_at) where state = 'waiting';

-- Each attempt to tell it
create table earwitness.alarm_attempt (
  tenant  text not null,
  notice  uuid not null,
  number  integer not null check (number > 0),
  at      timestamptz not null,
  outcome text not null,
  primary key (tenant, notice, number),
  foreign key (tenant, notice) references earwitness.alarm_notice on delete cascade
);

create table earwitness.alarm_channel (
  tenant        text not null references earwitness.tenant,
  name          text not null check (name ~ '^[a-z0-9][a-z0-9-]{0,39}$'),
  type          text not null check (type in ('email', 'webhook', 'teams', 'syslog')),
  address       text not null,
  minimum       text not null check (minimum in ('critical', 'major', 'minor', 'warning')),
  after_minutes integer not null check (after_minutes between 0 and 10080),
  added_at      timestamptz not null,
  added_by      text not null,
  primary key (tenant, name)
);

create table earwitness.alarm_silence (
  tenant     text not null references earwitness.tenant,
  id         uuid not null,
  kind       text,
  object     text,
  begins_at  timestamptz not null,
  ends_at    timestamptz not null check (ends_at > begins_at and ends_at <= begins_at + interval '30 days'),
  reason     text not null check (reason <> ''),
  created_by text not null,
  ended_at   timestamptz,
  ended_by   text,
  primary key (tenant, id),
  check (num_nonnulls(kind, object) > 0),
  check ((ended_at is null) = (ended_by is null))
);

do $$
declare
  t text;
begin
  foreach t in array array['alarm', 'alarm_notice', 'alarm_attempt', 'alarm_channel', 'alarm_silence']
  loop
    execute format('alter table earwitness.%I enable row level security', t);
    execute format('alter table earwitness.%I force row level security', t);
    execute format('create policy own_tenant on earwitness.%I to ${app} '
                   'using (tenant = (select current_setting(''earwitness.tenant'', true))) '
                   'with check (tenant = (select current_setting(''earwitness.tenant'', true)))', t);
    execute format('create policy every_tenant on earwitness.%I to ${worker} using (true) with check (true)', t);
    execute format('grant select on earwitness.%I to ${app}', t);
  end loop;
end $$;

-- app: people see, acknowledge and silence; they raise and clear nothing
grant update (acknowledged_at, acknowledged_by, note) on earwitness.alarm to ${app};
grant insert, delete on earwitness.alarm_channel to ${app};
grant insert on earwitness.alarm_silence to ${app};
grant update (ended_at, ended_by) on earwitness.alarm_silence to ${app};

-- worker: nodes raise, clear and tell; what is over for long is deleted
grant select, insert, update, delete on earwitness.alarm to ${worker};
grant select, insert, update on earwitness.alarm_notice to ${worker};
grant select, insert on earwitness.alarm_attempt to ${worker};
grant select on earwitness.alarm_channel, earwitness.alarm_silence to ${worker};
