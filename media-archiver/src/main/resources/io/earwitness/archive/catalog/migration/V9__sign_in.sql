-- How people sign in: see docs/operations/sign-in.md.

-- How and from where a session began. A bearer token is kept as a session with a name.
alter table earwitness.portal_session
  add column kind text not null default 'browser' check (kind in ('browser', 'token')),
  add column name text,
  add column address text not null default '',
  add column user_agent text not null default '',
  add column method text not null default 'password'
    check (method in ('password', 'password+totp', 'password+recovery-code', 'oidc')),
  add column provider text,
  -- The provider's own name of its session, by which it ends ours
  add column provider_session text,
  -- Sealed: what shows the provider whose session is to end there
  add column logout_hint text,
  -- Until a second factor is set up, nothing else can be done with it
  add column enrolment_due boolean not null default false;

-- Sessions lasted twelve hours so far, tokens a day at least
create policy fill on earwitness.portal_session to current_user using (true) with check (true);
update earwitness.portal_session set kind = 'token' where expires_at - created_at > interval '12 hours';
drop policy fill on earwitness.portal_session;

-- Failed sign-ins of an account in a row: those of strangers ('') and of each browser that signed in before
create table earwitness.sign_in_failure (
  tenant         text not null,
  user_id        text not null,
  device         text not null,
  failures       integer not null check (failures >= 0),
  last_failed_at timestamptz not null,
  primary key (tenant, user_id, device),
  foreign key (tenant, user_id) references earwitness.app_user
);

-- A second factor (RFC 6238). Secrets are sealed with a key that the database doesn't know.
create table earwitness.totp (
  tenant      text not null,
  user_id     text not null,
  -- What is being set up and not proven yet
  pending     text,
  secret      text,
  enrolled_at timestamptz,
  -- The newest time step of which a code was taken: none is taken twice
  last_step   bigint not null default 0,
  primary key (tenant, user_id),
  foreign key (tenant, user_id) references earwitness.app_user,
  check ((secret is null) = (enrolled_at is null)),
  check (num_nonnulls(pending, secret) > 0)
);

create table earwitness.totp_recovery_code (
  tenant    text not null,
  user_id   text not null,
  code_hash text not null check (code_hash ~ '^[0-9a-f]{64}$'),
  used_at   timestamptz,
  primary key (tenant, user_id, code_hash),
  foreign key (tenant, user_id) references earwitness.totp on delete cascade
);

-- OpenID providers of a tenant, each version with the time in which it held
create table earwitness.identity_provider (
  tenant        text not null references earwitness.tenant,
  id            text not null check (id ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'),
  name          text not null check (name <> ''),
  issuer        text not null,
  client_id     text not null,
  client_secret text,
  scopes        text[] not null,
  user_claim    text not null,
  groups_claim  text not null,
  roles         jsonb not null,
  teams         jsonb not null,
  provisions    boolean not null,
  enabled       boolean not null,
  valid_from    timestamptz not null,
  valid_until   timestamptz check (valid_until > valid_from),
  primary key (tenant, id, valid_from)
);
create unique index identity_provider_now on earwitness.identity_provider (tenant, id) where valid_until is null;

-- Whose account may be entered through which provider; issuer and subject are known from the first time on
create table earwitness.identity_link (
  tenant    text not null,
  user_id   text not null,
  provider  text not null,
  issuer    text,
  subject   text,
  marked_at timestamptz not null,
  linked_at timestamptz,
  primary key (tenant, user_id, provider),
  unique (tenant, provider, issuer, subject),
  foreign key (tenant, user_id) references earwitness.app_user,
  check (num_nonnulls(issuer, subject, linked_at) in (0, 3))
);

do $$
declare
  t text;
begin
  foreach t in array array['sign_in_failure', 'totp', 'totp_recovery_code', 'identity_provider', 'identity_link']
  loop
    execute format('alter table earwitness.%I enable row level security', t);
    execute format('alter table earwitness.%I force row level security', t);
    execute format('create policy own_tenant on earwitness.%I to ${app} '
                   'using (tenant = (select current_setting(''earwitness.tenant'', true))) '
                   'with check (tenant = (select current_setting(''earwitness.tenant'', true)))', t);
    execute format('create policy every_tenant on earwitness.%I to ${worker} using (true) with check (true)', t);
    execute format('grant select, insert on earwitness.%I to ${app}', t);
  end loop;
end $$;

grant update, delete on earwitness.sign_in_failure, earwitness.totp, earwitness.identity_link to ${app};
grant delete on earwitness.totp_recovery_code to ${app};
grant update (used_at) on earwitness.totp_recovery_code to ${app};
grant update (valid_until) on earwitness.identity_provider to ${app};
