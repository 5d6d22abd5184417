-- Acts that need a second person, and codes that restore an administrator: docs/operations/approvals.md. Nothing of
-- this is ever deleted.

create table earwitness.approval (
  tenant         text not null references earwitness.tenant,
  id             uuid not null,
  kind           text not null check (kind ~ '^[a-z-]+\.[a-z-]+$'),
  state          text not null check (state in ('requested', 'waiting', 'approved', 'rejected', 'withdrawn', 'expired',
                   'executed', 'failed')),
  -- Canonical JSON, and what is approved of it
  payload        text not null,
  payload_sha256 text not null check (payload_sha256 ~ '^[0-9a-f]{64}$'),
  asked_by       text not null,
  asker          text not null,
  benefits       text[] not null,
  reason         text not null check (reason <> ''),
  asked_at       timestamptz not null,
  expires_at     timestamptz not null check (expires_at > asked_at),
  -- When it is done by itself, where nobody else could decide it
  executes_at    timestamptz check (executes_at > asked_at),
  approved_by    text,
  primary key (tenant, id),
  foreign key (tenant, asked_by) references earwitness.app_user,
  foreign key (tenant, approved_by) references earwitness.app_user,
  -- Whatever the program decides
  check (approved_by <> asked_by and approved_by <> all (benefits)),
  check (state <> 'approved' or approved_by is not null),
  check (state <> 'executed' or num_nonnulls(approved_by, executes_at) > 0)
);
create index approval_newest on earwitness.approval (tenant, asked_at, id);
create index approval_open on earwitness.approval (asked_at) where state in ('requested', 'waiting', 'approved');

create table earwitness.approval_step (
  tenant       text not null,
  approval     uuid not null,
  number       integer not null check (number > 0),
  state        text not null,
  at           timestamptz not null,
  user_id      text,
  actor        text not null,
  on_behalf_of text,
  note         text not null,
  primary key (tenant, approval, number),
  foreign key (tenant, approval) references earwitness.approval
);

create table earwitness.approval_delegation (
  tenant      text not null,
  id          uuid not null,
  from_user   text not null,
  to_user     text not null check (to_user <> from_user),
  valid_from  timestamptz not null,
  valid_until timestamptz not null check (valid_until > valid_from),
  created_at  timestamptz not null,
  ended_at    timestamptz,
  ended_by    text,
  primary key (tenant, id),
  foreign key (tenant, from_user) references earwitness.app_user,
  foreign key (tenant, to_user) references earwitness.app_user,
  check ((ended_at is null) = (ended_by is null))
);

create table earwitness.break_glass_code (
  tenant     text not null references earwitness.tenant,
  selector   text not null check (selector ~ '^[A-Z2-7]{8}$'),
  hash       text not null check (hash ~ '^.argon2id.'),
  created_at timestamptz not null,
  created_by text not null,
  expires_at timestamptz not null check (expires_at > created_at),
  used_at    timestamptz,
  primary key (tenant, selector)
);

create table earwitness.break_glass_use (
  tenant      text not null,
  id          uuid not null,
  selector    text not null,
  user_id     text not null,
  user_name   text not null,
  used_at     timestamptz not null,
  role_until  timestamptz not null check (role_until > used_at and role_until <= used_at + interval '24 hours'),
  review_by   timestamptz not null check (review_by > used_at),
  reviewed_at timestamptz,
  reviewed_by text,
  review_note text,
  primary key (tenant, id),
  unique (tenant, selector),
  foreign key (tenant, selector) references earwitness.break_glass_code,
  foreign key (tenant, user_id) references earwitness.app_user,
  check ((reviewed_at is null) = (reviewed_by is null)),
  check ((reviewed_at is null) = (review_note is null))
);
create index break_glass_use_unreviewed on earwitness.break_glass_use (used_at) where reviewed_at is null;

do $$
declare
  t text;
begin
  foreach t in array array['approval', 'approval_step', 'approval_delegation', 'break_glass_code', 'break_glass_use']
  loop
    execute format('alter table earwitness.%I enable row level security', t);
    execute format('alter table earwitness.%I force row level security', t);
    execute format('create policy own_tenant on earwitness.%I to ${app} '
                   'using (tenant = (select current_setting(''earwitness.tenant'', true))) '
                   'with check (tenant = (select current_setting(''earwitness.tenant'', true)))', t);
    execute format('create policy every_tenant on earwitness.%I to ${worker} using (true)', t);
    execute format('grant select, insert on earwitness.%I to ${app}', t);
  end loop;
end $$;

-- What was asked stays as it was asked
grant update (state, approved_by) on earwitness.approval to ${app};
grant update (ended_at, ended_by) on earwitness.approval_delegation to ${app};
grant update (used_at) on earwitness.break_glass_code to ${app};
grant update (reviewed_at, reviewed_by, review_note) on earwitness.break_glass_use to ${app};

-- worker: finds what is due and what is to be alarmed
grant select on earwitness.approval, earwitness.approval_step, earwitness.break_glass_use to ${worker};
