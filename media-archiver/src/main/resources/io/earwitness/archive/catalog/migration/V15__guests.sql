-- Guests of a tenant, who hear one matter for a while: see docs/operations/guests.md. Nothing of this is ever deleted.
alter table earwitness.app_user drop constraint app_user_kind_check;
alter table earwitness.app_user add constraint app_user_kind_check check (kind in ('person', 'service', 'guest'));

create table earwitness.guest (
  tenant          text not null,
  user_id         text not null,
  matter          uuid not null,
  download        boolean not null,
  reason          text not null check (reason <> ''),
  -- The identity provider by which the invitation is accepted; null for a local account
  provider        text,
  invited_at      timestamptz not null,
  invited_by      text not null,
  -- Of the invitation's code, which is shown once; gone when it was used
  code_hash       text check (code_hash ~ '^[0-9a-f]{64}$'),
  code_expires_at timestamptz,
  accepted_at     timestamptz,
  ends_at         timestamptz not null check (ends_at > invited_at),
  plays_allowed   integer not null check (plays_allowed between 1 and 10000),
  plays_used      integer not null default 0 check (plays_used between 0 and plays_allowed),
  ended_at        timestamptz,
  ended_by        text,
  primary key (tenant, user_id),
  foreign key (tenant, user_id) references earwitness.app_user,
  foreign key (tenant, matter) references earwitness.matter,
  check ((code_hash is null) = (code_expires_at is null)),
  check (code_hash is null or accepted_at is null),
  check ((ended_at is null) = (ended_by is null))
);
create unique index guest_code on earwitness.guest (tenant, code_hash) where code_hash is not null;
create index guest_overdue on earwitness.guest (ends_at) where ended_at is null;

alter table earwitness.guest enable row level security;
alter table earwitness.guest force row level security;
create policy own_tenant on earwitness.guest to ${app}
  using (tenant = (select current_setting('earwitness.tenant', true)))
  with check (tenant = (select current_setting('earwitness.tenant', true)));
-- Those whose time is over are found across tenants, and each is ended within its own
create policy every_tenant on earwitness.guest for select to ${worker} using (true);
grant select, insert on earwitness.guest to ${app};
grant select on earwitness.guest to ${worker};
grant update (code_hash, code_expires_at, accepted_at, ends_at, plays_allowed, plays_used, ended_at, ended_by)
  on earwitness.guest to ${app};
-- A guest chooses a password when accepting
grant update (password_hash) on earwitness.app_user to ${app};
