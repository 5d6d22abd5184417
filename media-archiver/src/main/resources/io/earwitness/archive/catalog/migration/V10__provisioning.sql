-- Accounts of programs, bearer tokens with scopes, and what a company's identity provider keeps in step: see
-- docs/operations/provisioning.md. Nothing of this is ever deleted.

alter table earwitness.app_user add column kind text not null default 'person' check (kind in ('person', 'service'));

-- Bearer tokens; those made before this are sessions, as they were, until they are over
create table earwitness.api_token (
  token_hash   text primary key check (token_hash ~ '^[0-9a-f]{64}$'),
  tenant       text not null references earwitness.tenant,
  user_id      text not null,
  name         text not null check (name <> ''),
  scopes       text[],
  created_at   timestamptz not null,
  created_by   text not null,
  last_used_at timestamptz not null,
  expires_at   timestamptz not null,
  revoked_at   timestamptz,
  revoked_by   text,
  foreign key (tenant, user_id) references earwitness.app_user,
  check ((revoked_at is null) = (revoked_by is null))
);
create index api_token_user on earwitness.api_token (tenant, user_id);

-- Who answers for a matter
create table earwitness.matter_owner (
  tenant      text not null,
  matter      uuid not null,
  user_id     text not null,
  valid_from  timestamptz not null,
  valid_until timestamptz check (valid_until > valid_from),
  primary key (tenant, matter, valid_from),
  foreign key (tenant, matter) references earwitness.matter,
  foreign key (tenant, user_id) references earwitness.app_user
);
create unique index matter_owner_now on earwitness.matter_owner (tenant, matter) where valid_until is null;

-- What an identity provider says of a person and keeps for itself; the rest is in the person's own rows. One that it
-- deleted is not shown to it any more; the account stays, and can't be used.
create table earwitness.provisioned_user (
  tenant      text not null,
  user_id     text not null,
  external_id text,
  given_name  text,
  family_name text,
  contacts    jsonb not null,
  modified_at timestamptz not null,
  deleted_at  timestamptz,
  primary key (tenant, user_id),
  foreign key (tenant, user_id) references earwitness.app_user
);
create index provisioned_user_external on earwitness.provisioned_user (tenant, external_id);
create index app_user_lower_name on earwitness.app_user (tenant, lower(name));

create table earwitness.provisioned_team (
  tenant      text not null,
  team_id     text not null,
  external_id text,
  modified_at timestamptz not null,
  deleted_at  timestamptz,
  primary key (tenant, team_id),
  foreign key (tenant, team_id) references earwitness.team
);

-- A person whose account an identity provider put out of use, and when that was undone
create table earwitness.provisioning_removal (
  tenant    text not null,
  user_id   text not null,
  at        timestamptz not null,
  actor     text not null,
  undone_at timestamptz,
  primary key (tenant, user_id, at),
  foreign key (tenant, user_id) references earwitness.app_user
);
create index provisioning_removal_at on earwitness.provisioning_removal (tenant, at);

-- Removals that wait for an administrator, and who they would put out
create table earwitness.provisioning_hold (
  tenant       text not null references earwitness.tenant,
  id           uuid not null,
  opened_at    timestamptz not null,
  active       integer not null,
  removed      integer not null,
  allowed      integer not null,
  decided_at   timestamptz,
  decided_by   text,
  further      integer check (further >= 0),
  primary key (tenant, id),
  check ((decided_at is null) = (decided_by is null) and (decided_at is null) = (further is null))
);
create unique index provisioning_hold_open on earwitness.provisioning_hold (tenant) where decided_at is null;

create table earwitness.provisioning_hold_person (
  tenant  text not null,
  hold    uuid not null,
  user_id text not null,
  at      timestamptz not null,
  primary key (tenant, hold, user_id),
  foreign key (tenant, hold) references earwitness.provisioning_hold,
  foreign key (tenant, user_id) references earwitness.app_user
);

do $$
declare
  t text;
begin
  foreach t in array array['api_token', 'matter_owner', 'provisioned_user', 'provisioned_team', 'provisioning_removal',
                           'provisioning_hold', 'provisioning_hold_person']
  loop
    execute format('alter table earwitness.%I enable row level security', t);
    execute format('alter table earwitness.%I force row level security', t);
    execute format('create policy own_tenant on earwitness.%I to ${app} '
                   'using (tenant = (select current_setting(''earwitness.tenant'', true))) '
                   'with check (tenant = (select current_setting(''earwitness.tenant'', true)))', t);
    execute format('grant select, insert on earwitness.%I to ${app}', t);
  end loop;
end $$;

-- A token doesn't tell its tenant, so it is found without one
create policy every_tenant on earwitness.api_token to ${worker} using (true);
grant select on earwitness.api_token to ${worker};

grant update (last_used_at, revoked_at, revoked_by) on earwitness.api_token to ${app};
grant update (valid_until) on earwitness.matter_owner to ${app};
grant update (external_id, given_name, family_name, contacts, modified_at, deleted_at) on earwitness.provisioned_user to ${app};
grant update (external_id, modified_at, deleted_at) on earwitness.provisioned_team to ${app};
grant update (undone_at) on earwitness.provisioning_removal to ${app};
grant update (decided_at, decided_by, further) on earwitness.provisioning_hold to ${app};
grant update (name, display_name) on earwitness.app_user to ${app};
grant update (name) on earwitness.team to ${app};
-- Holders of a tenant's own numbers; which numbers are whose stays with the operator
grant insert, update (valid_until) on earwitness.number_range to ${app};
