-- Accounts that somebody restored by a sealed code made, or made tenant admins, meanwhile: what binds that person
-- binds them, until the use is reviewed. Noted before the account is there, so without a foreign key to it.

create table earwitness.break_glass_bound (
  tenant   text not null,
  use      uuid not null,
  user_id  text not null,
  bound_at timestamptz not null,
  primary key (tenant, use, user_id),
  foreign key (tenant, use) references earwitness.break_glass_use
);
create index break_glass_bound_user on earwitness.break_glass_bound (tenant, user_id);

alter table earwitness.break_glass_bound enable row level security;
alter table earwitness.break_glass_bound force row level security;
create policy own_tenant on earwitness.break_glass_bound to ${app}
  using (tenant = (select current_setting('earwitness.tenant', true)))
  with check (tenant = (select current_setting('earwitness.tenant', true)));

grant select, insert on earwitness.break_glass_bound to ${app};
