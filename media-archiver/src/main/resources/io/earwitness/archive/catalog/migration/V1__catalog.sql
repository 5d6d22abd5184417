-- The catalog. Owner: the migrator, which runs this. The three roles that the product works with exist
-- already; they own nothing, and row-level security binds all of them (DESIGN: a tenant sees only itself,
-- checked in the query and again here):
--   app     one tenant at a time, the one in the setting earwitness.tenant
--   worker  jobs and operators' acts for every tenant
--   feed    reads calls of every tenant, keeps the change feed

revoke all on schema earwitness from public;
grant usage on schema earwitness to ${app}, ${worker}, ${feed};

do $$
begin
  execute format('revoke connect, temporary on database %I from public', current_database());
  execute format('grant connect on database %I to ${app}, ${worker}, ${feed}', current_database());
end $$;

-- Tenants and what belongs to them ---------------------------------------------------------------

create table earwitness.tenant (
  tenant          text primary key check (tenant ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'),
  name            text not null,
  zone            text not null,
  retention_years integer not null check (retention_years between 1 and 100),
  created_at      timestamptz not null
);

-- A domain is one tenant's, so that a call is never one of two tenants'
create table earwitness.tenant_domain (
  domain text primary key check (domain = lower(domain) and domain <> ''),
  tenant text not null references earwitness.tenant
);

create table earwitness.tenant_key (
  tenant      text not null references earwitness.tenant,
  id          text not null check (id ~ '^[0-9a-f]{64}$'),
  certificate text not null,
  custody     text not null check (custody in ('managed', 'customer-held')),
  active      boolean not null,
  added_at    timestamptz not null,
  primary key (tenant, id)
);

create table earwitness.app_user (
  tenant        text not null references earwitness.tenant,
  id            text not null,
  name          text not null,
  display_name  text not null,
  password_hash text,
  active        boolean not null,
  added_at      timestamptz not null,
  primary key (tenant, id),
  unique (tenant, name)
);

-- Roles, teams and number holders are kept with the time in which they held
create table earwitness.user_role (
  tenant      text not null,
  user_id     text not null,
  role        text not null check (role in ('operator', 'tenant-admin', 'recording-admin', 'compliance-officer',
                                            'supervisor', 'analyst', 'auditor', 'user')),
  valid_from  timestamptz not null,
  valid_until timestamptz check (valid_until > valid_from),
  primary key (tenant, user_id, role, valid_from),
  foreign key (tenant, user_id) references earwitness.app_user
);

create table earwitness.team (
  tenant   text not null references earwitness.tenant,
  id       text not null,
  name     text not null,
  parent   text,
  added_at timestamptz not null,
  primary key (tenant, id),
  unique (tenant, name),
  foreign key (tenant, parent) references earwitness.team (tenant, id)
);

create table earwitness.team_member (
  tenant      text not null,
  team_id     text not null,
  user_id     text not null,
  valid_from  timestamptz not null,
  valid_until timestamptz check (valid_until > valid_from),
  primary key (tenant, team_id, user_id, valid_from),
  foreign key (tenant, team_id) references earwitness.team,
  foreign key (tenant, user_id) references earwitness.app_user
);
create unique index team_member_now on earwitness.team_member (tenant, team_id, user_id) where valid_until is null;

create table earwitness.number_range (
  tenant      text not null references earwitness.tenant,
  digits      text collate "C" not null check (digits ~ '^[+]?[0-9]{1,32}$'),
  prefix      boolean not null,
  user_id     text,
  valid_from  timestamptz not null,
  valid_until timestamptz check (valid_until > valid_from),
  primary key (tenant, digits, prefix, valid_from),
  foreign key (tenant, user_id) references earwitness.app_user
);
create unique index number_range_now on earwitness.number_range (digits, prefix) where valid_until is null;

-- Session recording clients; those without a tenant belong to the platform
create table earwitness.src (
  name     text primary key,
  network  text not null,
  tenant   text references earwitness.tenant,
  added_at timestamptz not null
);

-- Calls ------------------------------------------------------------------------------------------

-- No foreign key to the tenant: a recorder may know a tenant that a restored database lost, and no call vanishes.
create table earwitness.call (
  id                    uuid primary key,
  tenant                text not null,
  state                 text not null check (state in ('live', 'closed', 'archived', 'archived-partial', 'no-media',
                                                       'not-recorded-by-policy', 'refused', 'quarantined', 'lost',
                                                       'disposed', 'never-seen')),
  version               bigint not null,
  started_at            timestamptz not null,
  ended_at              timestamptz,
  zone                  text not null,
  direction             text not null check (direction in ('inbound', 'outbound', 'internal', 'unknown')),
  parties               jsonb not null,
  flags                 text[] not null,
  call_ids              text[] not null,
  node                  text not null,
  matched_rule          text not null,
  configuration_version text not null,
  refusal               jsonb,
  raw_metadata          text,
  attempts              integer not null default 0,
  leased_by             text,
  leased_until          timestamptz,
  not_before            timestamptz,
  last_problem          text
);
create index call_started on earwitness.call (tenant, started_at, id);
create index call_ids on earwitness.call using gin (call_ids);
create index call_state on earwitness.call (state, started_at, id);
create index call_work on earwitness.call (coalesce(not_before, started_at), id) where state = 'closed';

create table earwitness.call_archive (
  id                  uuid not null references earwitness.call,
  generation          integer not null check (generation >= 0),
  tenant              text not null,
  outcome             text not null check (outcome in ('archived', 'archived-partial', 'no-media', 'quarantined')),
  attempt             text not null,
  manifest_key        text not null,
  manifest_version_id text not null,
  archived_at         timestamptz not null,
  keep_until          timestamptz not null,
  audio_start         timestamptz,
  duration_ms         bigint not null check (duration_ms >= 0),
  channels            integer not null,
  codec               text not null,
  media_bytes         bigint not null,
  quality             jsonb not null,
  flags               text[] not null,
  primary key (id, generation)
);

-- Change feed: writers add to the outbox; one sequencer gives positions ---------------------------

create table earwitness.outbox (
  id     bigint generated always as identity primary key,
  tenant text not null,
  call   uuid not null
);

create table earwitness.change_feed (
  position bigint primary key,
  tenant   text not null,
  call     uuid not null
);

create table earwitness.feed_state (
  one      boolean primary key default true check (one),
  position bigint not null,
  epoch    uuid not null
);
insert into earwitness.feed_state (position, epoch) values (0, gen_random_uuid());

-- Audit trail: only ever added to -------------------------------------------------------------------

create table earwitness.audit_entry (
  id         uuid primary key,
  tenant     text not null,
  at         timestamptz not null,
  actor      text not null,
  action     text not null,
  object     text,
  act_id     uuid,
  outcome    text,
  details    jsonb not null,
  salt       bytea not null check (length(salt) = 32),
  canonical  bytea not null,
  leaf_hash  bytea not null check (length(leaf_hash) = 32),
  leaf_index bigint
);
create index audit_entry_at on earwitness.audit_entry (tenant, at, id);
create index audit_entry_actor on earwitness.audit_entry (tenant, actor, at, id);
create index audit_entry_act on earwitness.audit_entry (act_id) where act_id is not null;

-- Journal of later changes, dense for each tenant -----------------------------------------------------

create table earwitness.journal_head (
  tenant  text primary key,
  last    bigint not null,
  shipped bigint not null default 0 check (shipped <= last)
);

create table earwitness.journal_entry (
  tenant   text not null,
  position bigint not null check (position > 0),
  at       timestamptz not null,
  actor    text not null,
  kind     text not null,
  data     jsonb not null,
  primary key (tenant, position)
);

create table earwitness.journal_bundle (
  tenant      text not null,
  first       bigint not null,
  last        bigint not null check (last >= first),
  day         date not null,
  version_id  text,
  primary key (tenant, first)
);

-- Portal ------------------------------------------------------------------------------------------------

create table earwitness.portal_session (
  token_hash   text primary key check (token_hash ~ '^[0-9a-f]{64}$'),
  tenant       text not null references earwitness.tenant,
  user_id      text not null,
  created_at   timestamptz not null,
  last_used_at timestamptz not null,
  expires_at   timestamptz not null,
  revoked_at   timestamptz,
  foreign key (tenant, user_id) references earwitness.app_user
);
create index portal_session_user on earwitness.portal_session (tenant, user_id);

create table earwitness.play (
  id        uuid primary key,
  tenant    text not null references earwitness.tenant,
  call      uuid not null references earwitness.call,
  user_id   text not null,
  reason    text,
  opened_at timestamptz not null,
  closed_at timestamptz,
  foreign key (tenant, user_id) references earwitness.app_user
);
create index play_open on earwitness.play (tenant, call, user_id, opened_at) where closed_at is null;

-- Rights --------------------------------------------------------------------------------------------------

-- app: within its tenant
grant select, insert on earwitness.tenant, earwitness.tenant_domain, earwitness.tenant_key, earwitness.app_user, earwitness.user_role,
  earwitness.team, earwitness.team_member, earwitness.src, earwitness.audit_entry, earwitness.journal_entry,
  earwitness.call_archive to ${app};
grant select, insert, update on earwitness.call, earwitness.journal_head, earwitness.portal_session,
  earwitness.play to ${app};
grant select on earwitness.number_range to ${app};
grant insert on earwitness.outbox to ${app};

-- worker: jobs and operators' acts for every tenant
grant select on earwitness.tenant, earwitness.tenant_domain, earwitness.tenant_key, earwitness.app_user, earwitness.user_role,
  earwitness.team, earwitness.team_member, earwitness.src, earwitness.call_archive, earwitness.portal_session,
  earwitness.journal_entry to ${worker};
grant insert on earwitness.journal_entry, earwitness.outbox to ${worker};
grant select, update on earwitness.call to ${worker};
grant select, insert, update on earwitness.number_range, earwitness.journal_head, earwitness.journal_bundle to ${worker};

-- feed: reads calls, keeps the feed
grant select on earwitness.call, earwitness.call_archive to ${feed};
grant select, delete on earwitness.outbox to ${feed};
grant select, insert on earwitness.change_feed to ${feed};
grant select, update on earwitness.feed_state to ${feed};

-- Row-level security on every table that names a tenant; FORCE binds the owner too, which has no policy and
-- so sees nothing: a migration that must change rows gives itself one for as long.
do $$
declare
  t text;
begin
  foreach t in array array['tenant', 'tenant_domain', 'tenant_key', 'app_user', 'user_role', 'team', 'team_member', 'number_range',
                           'src', 'call', 'call_archive', 'outbox', 'change_feed', 'audit_entry', 'journal_head',
                           'journal_entry', 'journal_bundle', 'portal_session', 'play']
  loop
    execute format('alter table earwitness.%I enable row level security', t);
    execute format('alter table earwitness.%I force row level security', t);
    execute format('create policy own_tenant on earwitness.%I to ${app} '
                   'using (tenant = (select current_setting(''earwitness.tenant'', true))) '
                   'with check (tenant = (select current_setting(''earwitness.tenant'', true)))', t);
    execute format('create policy every_tenant on earwitness.%I to ${worker} using (true) with check (true)', t);
  end loop;
  foreach t in array array['call', 'call_archive', 'outbox', 'change_feed']
  loop
    execute format('create policy every_tenant_feed on earwitness.%I to ${feed} using (true) with check (true)', t);
  end loop;
end $$;

-- The operator, under the platform's own tenant, also keeps the SRCs that serve several tenants
create policy platform on earwitness.src to ${app}
  using ((select current_setting('earwitness.tenant', true)) = 'platform')
  with check ((select current_setting('earwitness.tenant', true)) = 'platform');

-- The platform's own tenant; it also holds calls that matched none
create policy first_row on earwitness.tenant to current_user with check (true);
insert into earwitness.tenant (tenant, name, zone, retention_years, created_at)
  values ('platform', 'Platform', 'UTC', 1, now());
drop policy first_row on earwitness.tenant;
