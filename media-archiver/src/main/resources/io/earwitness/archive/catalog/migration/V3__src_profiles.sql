-- How each SRC is treated. What was there keeps its one network and the default profile.
alter table earwitness.src add column networks text[];
alter table earwitness.src add column proof text not null default 'tolerant' check (proof in ('strict', 'tolerant', 'any'));
alter table earwitness.src add column tls_identity text;
alter table earwitness.src add column answer text not null default 'all-codecs' check (answer in ('all-codecs', 'one-codec'));
alter table earwitness.src add column options boolean not null default true;

-- The owner sees no rows without a policy of its own
create policy fill on earwitness.src to current_user using (true) with check (true);
update earwitness.src set networks = array[network];
drop policy fill on earwitness.src;
alter table earwitness.src alter column networks set not null;
alter table earwitness.src add check (cardinality(networks) > 0);
alter table earwitness.src drop column network;
grant update (networks, tenant, proof, tls_identity, answer, options) on earwitness.src to ${app};

-- Which SRC sent a call, and in what it deviated as far as it was counted below: counting twice changes nothing
alter table earwitness.call add column src text;
alter table earwitness.call add column deviations text[] not null default '{}';

-- What came from an SRC, by the tenant of the calls
create table earwitness.src_activity (
  tenant    text not null,
  src       text not null,
  calls     bigint not null,
  refused   bigint not null,
  last_call uuid not null,
  last_seen timestamptz not null,
  primary key (tenant, src)
);

create table earwitness.src_deviation (
  tenant      text not null,
  src         text not null,
  deviation   text not null,
  count       bigint not null,
  first_seen  timestamptz not null,
  last_seen   timestamptz not null,
  last_call   uuid not null,
  last_detail text not null,
  primary key (tenant, src, deviation)
);

do $$
declare
  t text;
begin
  foreach t in array array['src_activity', 'src_deviation']
  loop
    execute format('alter table earwitness.%I enable row level security', t);
    execute format('alter table earwitness.%I force row level security', t);
    execute format('create policy own_tenant on earwitness.%I to ${app} '
                   'using (tenant = (select current_setting(''earwitness.tenant'', true))) '
                   'with check (tenant = (select current_setting(''earwitness.tenant'', true)))', t);
    execute format('create policy every_tenant on earwitness.%I to ${worker} using (true) with check (true)', t);
    execute format('grant select, insert, update on earwitness.%I to ${app}', t);
    execute format('grant select on earwitness.%I to ${worker}', t);
  end loop;
end $$;
