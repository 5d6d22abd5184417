-- A call of two tenants is a recording of each, from one capture: that of the recording named here. No foreign key,
-- since either may come to the catalog first.
alter table earwitness.call add column capture uuid check (capture <> id);
create index call_capture on earwitness.call (capture) where capture is not null;

-- What officers corrected in a call's parties: what was and what became of it, both for ever
create table earwitness.call_correction (
  tenant text not null references earwitness.tenant,
  call   uuid not null references earwitness.call,
  number integer not null check (number > 0),
  at     timestamptz not null,
  actor  text not null,
  reason text not null check (reason <> ''),
  before jsonb not null,
  after  jsonb not null,
  primary key (tenant, call, number)
);
alter table earwitness.call_correction enable row level security;
alter table earwitness.call_correction force row level security;
create policy own_tenant on earwitness.call_correction to ${app}
  using (tenant = (select current_setting('earwitness.tenant', true)))
  with check (tenant = (select current_setting('earwitness.tenant', true)));
create policy every_tenant on earwitness.call_correction to ${worker} using (true) with check (true);
grant select, insert on earwitness.call_correction to ${app};
grant select on earwitness.call_correction to ${worker};
