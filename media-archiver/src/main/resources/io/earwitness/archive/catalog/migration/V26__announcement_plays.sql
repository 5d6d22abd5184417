-- What recorders' announcement service has played (docs/operations/announcements.md): evidence for the calls that it was
-- played in, also those that another node records. Only ever added to.

create table earwitness.announcement_play (
  id          uuid primary key,
  tenant      text not null references earwitness.tenant,
  node        text not null,
  prompt      text not null,
  played_from timestamptz not null,
  played_to   timestamptz not null check (played_to >= played_from),
  complete    boolean not null,
  detail      text not null,
  -- By what the call may be known, in lower case, and its parties' numbers, digits only
  call_ids    text[] not null,
  numbers     text[] not null,
  recorded_at timestamptz not null default clock_timestamp()
);

create index announcement_play_time on earwitness.announcement_play (tenant, played_to);
create index announcement_play_recorded on earwitness.announcement_play (recorded_at);

alter table earwitness.announcement_play enable row level security;
alter table earwitness.announcement_play force row level security;
create policy own_tenant on earwitness.announcement_play to ${app}
  using (tenant = (select current_setting('earwitness.tenant', true)))
  with check (tenant = (select current_setting('earwitness.tenant', true)));
create policy every_tenant on earwitness.announcement_play for select to ${worker} using (true);
grant select, insert on earwitness.announcement_play to ${app};
grant select on earwitness.announcement_play to ${worker};

-- Recorders hold the prompts of all tenants
create policy every_tenant on earwitness.announcement_prompt for select to ${worker} using (true);
grant select on earwitness.announcement_prompt to ${worker};
