-- Reviews of who has access, signed off by a person; never changed, never deleted
create table earwitness.access_review (
  tenant      text not null references earwitness.tenant,
  id          uuid not null,
  at          timestamptz not null,
  reviewer_id text not null,
  reviewer    text not null,
  statement   text not null check (statement <> ''),
  people      integer not null,
  grants      integer not null,
  unused      integer not null,
  report      bytea not null,
  primary key (tenant, id),
  foreign key (tenant, reviewer_id) references earwitness.app_user
);
create index access_review_at on earwitness.access_review (tenant, at desc, id);
alter table earwitness.access_review enable row level security;
alter table earwitness.access_review force row level security;
create policy own_tenant on earwitness.access_review to ${app}
  using (tenant = (select current_setting('earwitness.tenant', true)))
  with check (tenant = (select current_setting('earwitness.tenant', true)));
grant select, insert on earwitness.access_review to ${app};
