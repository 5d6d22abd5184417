-- Notes and tags on calls (docs/operations/notes-and-tags.md). What was written stays: rows are only ever added, but for
-- the end of a tag.

-- Tags that a call has now, for readers of calls; call_tag says since when, by whom, and which it had before
alter table earwitness.call add column tags text[] not null default '{}';

create table earwitness.call_tag (
  tenant     text not null references earwitness.tenant,
  call       uuid not null references earwitness.call,
  tag        text not null check (tag <> '' and length(tag) <= 64),
  added_at   timestamptz not null,
  added_by   text not null,
  removed_at timestamptz,
  removed_by text,
  number     integer not null check (number > 0),
  primary key (tenant, call, number),
  check ((removed_at is null) = (removed_by is null))
);
create unique index call_tag_present on earwitness.call_tag (call, tag) where removed_at is null;

-- A note is all of its versions; the newest counts. Without a text it is withdrawn.
create table earwitness.call_note (
  tenant    text not null references earwitness.tenant,
  call      uuid not null references earwitness.call,
  note      uuid not null,
  version   integer not null check (version > 0),
  at        timestamptz not null,
  author    text not null,
  actor     text not null,
  offset_ms bigint check (offset_ms >= 0),
  text      text check (text <> ''),
  primary key (tenant, note, version)
);
create index call_note_of on earwitness.call_note (tenant, call);

alter table earwitness.call_tag enable row level security;
alter table earwitness.call_tag force row level security;
create policy own_tenant on earwitness.call_tag to ${app}
  using (tenant = (select current_setting('earwitness.tenant', true)))
  with check (tenant = (select current_setting('earwitness.tenant', true)));
grant select, insert, update (removed_at, removed_by) on earwitness.call_tag to ${app};

alter table earwitness.call_note enable row level security;
alter table earwitness.call_note force row level security;
create policy own_tenant on earwitness.call_note to ${app}
  using (tenant = (select current_setting('earwitness.tenant', true)))
  with check (tenant = (select current_setting('earwitness.tenant', true)));
grant select, insert on earwitness.call_note to ${app};

-- They go with the call that they are on, and no other way
create trigger guard_note before delete on earwitness.call_note
  for each row execute function earwitness.guard_disposed();
create trigger guard_tag before delete on earwitness.call_tag
  for each row execute function earwitness.guard_disposed();
grant delete on earwitness.call_note, earwitness.call_tag to ${app};

-- Licences (docs/operations/licences.md): what each tenant has of each class, as the platform's operators set it. The
-- newest version counts; versions are only ever added.
create table earwitness.tenant_licence (
  tenant          text not null references earwitness.tenant,
  licence         text not null check (licence in ('standard', 'extended')),
  version         integer not null check (version > 0),
  extensions      integer not null check (extensions between 0 and 10000000),
  valid_until     timestamptz,
  grace_days      integer not null check (grace_days between 0 and 366),
  suspended       boolean not null,
  stops_recording boolean not null,
  changed_at      timestamptz not null,
  changed_by      text not null,
  primary key (tenant, licence, version)
);

-- Which extensions were recorded in a month, each once in its class, written as the first recording is archived
create table earwitness.licence_extension (
  tenant     text not null,
  month      date not null,
  licence    text not null check (licence in ('standard', 'extended')),
  number     text not null,
  first_call uuid not null,
  first_at   timestamptz not null,
  primary key (tenant, month, licence, number)
);

alter table earwitness.tenant_licence enable row level security;
alter table earwitness.tenant_licence force row level security;
create policy own_tenant on earwitness.tenant_licence to ${app}
  using (tenant = (select current_setting('earwitness.tenant', true)))
  with check (tenant = (select current_setting('earwitness.tenant', true)));
create policy every_tenant on earwitness.tenant_licence to ${worker} using (true) with check (true);
grant select, insert on earwitness.tenant_licence to ${app};
grant select on earwitness.tenant_licence to ${worker};

alter table earwitness.licence_extension enable row level security;
alter table earwitness.licence_extension force row level security;
create policy own_tenant on earwitness.licence_extension to ${app}
  using (tenant = (select current_setting('earwitness.tenant', true)))
  with check (tenant = (select current_setting('earwitness.tenant', true)));
create policy every_tenant on earwitness.licence_extension to ${worker} using (true) with check (true);
grant select, insert on earwitness.licence_extension to ${app};
grant select on earwitness.licence_extension to ${worker};
