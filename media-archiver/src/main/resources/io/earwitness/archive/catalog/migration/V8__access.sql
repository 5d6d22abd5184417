-- Who may do what with which call, and since when: see docs/operations/access.md. Nothing of this is ever deleted:
-- what ended keeps its time, so that any past day can be asked.

-- When an account could be used; what is there was so from its beginning
create table earwitness.user_activity (
  tenant      text not null,
  user_id     text not null,
  valid_from  timestamptz not null,
  valid_until timestamptz check (valid_until > valid_from),
  primary key (tenant, user_id, valid_from),
  foreign key (tenant, user_id) references earwitness.app_user
);
create unique index user_activity_now on earwitness.user_activity (tenant, user_id) where valid_until is null;

-- Where in the tree of teams each was; team.parent is the present place
create table earwitness.team_place (
  tenant      text not null,
  team_id     text not null,
  parent      text,
  valid_from  timestamptz not null,
  valid_until timestamptz check (valid_until > valid_from),
  primary key (tenant, team_id, valid_from),
  foreign key (tenant, team_id) references earwitness.team,
  foreign key (tenant, parent) references earwitness.team (tenant, id)
);
create unique index team_place_now on earwitness.team_place (tenant, team_id) where valid_until is null;

-- A named list of recordings. No foreign key to the call: a catalog that is put together anew has its lists before its calls.
create table earwitness.matter (
  tenant     text not null references earwitness.tenant,
  id         uuid not null,
  name       text not null check (name <> ''),
  kind       text not null check (kind in ('hold', 'production', 'sample')),
  created_at timestamptz not null,
  created_by text not null,
  closed_at  timestamptz,
  closed_by  text,
  primary key (tenant, id),
  unique (tenant, name),
  check ((closed_at is null) = (closed_by is null))
);

create table earwitness.matter_recording (
  tenant      text not null,
  matter      uuid not null,
  call        uuid not null,
  valid_from  timestamptz not null,
  valid_until timestamptz check (valid_until > valid_from),
  primary key (tenant, matter, call, valid_from),
  foreign key (tenant, matter) references earwitness.matter
);
create unique index matter_recording_now on earwitness.matter_recording (tenant, matter, call) where valid_until is null;

-- The holder may do this on calls of a user, of a team, on those of a matter, or (none of these) on all of the tenant
create table earwitness.access_grant (
  tenant      text not null references earwitness.tenant,
  id          uuid not null,
  holder_user text,
  holder_team text,
  rights      text[] not null check (cardinality(rights) > 0
                and rights <@ array['search', 'listen', 'download', 'annotate', 'hold', 'produce']),
  on_user     text,
  on_team     text,
  on_matter   uuid,
  valid_from  timestamptz not null,
  valid_until timestamptz check (valid_until > valid_from),
  created_at  timestamptz not null,
  created_by  text not null,
  revoked_at  timestamptz,
  revoked_by  text,
  primary key (tenant, id),
  foreign key (tenant, holder_user) references earwitness.app_user,
  foreign key (tenant, holder_team) references earwitness.team,
  foreign key (tenant, on_user) references earwitness.app_user,
  foreign key (tenant, on_team) references earwitness.team,
  foreign key (tenant, on_matter) references earwitness.matter,
  check (num_nonnulls(holder_user, holder_team) = 1),
  check (num_nonnulls(on_user, on_team, on_matter) <= 1),
  check ((revoked_at is null) = (revoked_by is null))
);

-- When a tenant let its users hear their own calls
create table earwitness.own_calls (
  tenant      text not null references earwitness.tenant,
  valid_from  timestamptz not null,
  valid_until timestamptz check (valid_until > valid_from),
  primary key (tenant, valid_from)
);
create unique index own_calls_now on earwitness.own_calls (tenant) where valid_until is null;

-- Counts changes of all that access rests on, so that a node knows whether what it has read still holds; the row
-- is locked while a change is made
create table earwitness.access_version (
  tenant     text primary key,
  version    bigint not null,
  changed_at timestamptz not null
);

do $$
declare
  t text;
begin
  foreach t in array array['user_activity', 'team_place', 'matter', 'matter_recording', 'access_grant', 'own_calls',
                           'access_version']
  loop
    execute format('alter table earwitness.%I enable row level security', t);
    execute format('alter table earwitness.%I force row level security', t);
    execute format('create policy own_tenant on earwitness.%I to ${app} '
                   'using (tenant = (select current_setting(''earwitness.tenant'', true))) '
                   'with check (tenant = (select current_setting(''earwitness.tenant'', true)))', t);
    execute format('create policy every_tenant on earwitness.%I to ${worker} using (true) with check (true)', t);
    execute format('grant select, insert on earwitness.%I to ${app}', t);
    execute format('grant select on earwitness.%I to ${worker}', t);
  end loop;
end $$;

-- What ends, ends; of what was written nothing else changes
grant update (valid_until) on earwitness.user_activity, earwitness.team_place, earwitness.matter_recording,
  earwitness.own_calls, earwitness.user_role, earwitness.team_member to ${app};
grant update (active) on earwitness.app_user to ${app};
grant update (parent) on earwitness.team to ${app};
grant update (closed_at, closed_by) on earwitness.matter to ${app};
grant update (revoked_at, revoked_by) on earwitness.access_grant to ${app};
grant update on earwitness.access_version to ${app};

-- The owner sees no rows without a policy of its own
create policy fill on earwitness.app_user to current_user using (true);
create policy fill on earwitness.team to current_user using (true);
create policy fill on earwitness.user_activity to current_user using (true) with check (true);
create policy fill on earwitness.team_place to current_user using (true) with check (true);
insert into earwitness.user_activity (tenant, user_id, valid_from)
  select tenant, id, added_at from earwitness.app_user where active;
insert into earwitness.team_place (tenant, team_id, parent, valid_from)
  select tenant, id, parent, added_at from earwitness.team;
drop policy fill on earwitness.app_user;
drop policy fill on earwitness.team;
drop policy fill on earwitness.user_activity;
drop policy fill on earwitness.team_place;
