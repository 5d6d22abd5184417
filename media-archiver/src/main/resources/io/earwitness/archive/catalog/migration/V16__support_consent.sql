-- The platform's support in a tenant, as its guest and by its consent: see docs/operations/guests.md.

-- The account of the platform's own tenant that alone may enter this one
alter table earwitness.guest add column platform_user text;
alter table earwitness.guest add constraint guest_support_is_short
  check (platform_user is null or (ends_at <= invited_at + interval '72 hours' and provider is null and code_hash is null));

create table earwitness.support_request (
  tenant      text not null references earwitness.tenant,
  id          uuid not null,
  person_id   text not null,
  person_name text not null,
  reason      text not null check (reason <> ''),
  asked_at    timestamptz not null,
  asked_by    text not null,
  decision    text check (decision in ('consented', 'refused', 'withdrawn')),
  decided_at  timestamptz,
  decided_by  text,
  note        text,
  guest       text,
  primary key (tenant, id),
  foreign key (tenant, guest) references earwitness.guest,
  check (num_nonnulls(decision, decided_at, decided_by) in (0, 3)),
  check ((guest is not null) = coalesce(decision = 'consented', false))
);
create index support_request_person on earwitness.support_request (person_id, asked_at);

alter table earwitness.support_request enable row level security;
alter table earwitness.support_request force row level security;
create policy own_tenant on earwitness.support_request to ${app}
  using (tenant = (select current_setting('earwitness.tenant', true)))
  with check (tenant = (select current_setting('earwitness.tenant', true)));
-- Whoever asked sees what became of it, in whichever tenant
create policy every_tenant on earwitness.support_request for select to ${worker} using (true);
grant select, insert on earwitness.support_request to ${app};
grant select on earwitness.support_request to ${worker};
grant update (decision, decided_at, decided_by, note, guest) on earwitness.support_request to ${app};
