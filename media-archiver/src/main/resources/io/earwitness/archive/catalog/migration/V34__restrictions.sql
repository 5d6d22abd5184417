-- Recordings whose original nobody hears but by two persons, and what takes its place (docs/operations/restriction.md).

create table earwitness.restriction (
  tenant      text not null,
  id          uuid not null,
  recording   uuid not null,
  at          timestamptz not null,
  by          text not null,
  reason      text not null check (reason <> ''),
  legal_basis text not null check (legal_basis <> ''),
  -- What is silent in what takes its place; empty: nothing takes its place
  spans       jsonb not null check (jsonb_typeof(spans) = 'array'),
  -- Of two persons; null if another act of theirs led to it
  approval    uuid,
  derivative  text not null check (derivative in ('none', 'wanted', 'made', 'impossible')),
  -- The generation that takes the original's place, and that which it was made of
  generation  integer check (generation >= 4),
  source      integer check (source between 0 and 3),
  -- Why it could not be made, or not yet, and when that is tried again
  problem     text,
  not_before  timestamptz,
  lifted_at   timestamptz,
  lifted_by   text,
  primary key (tenant, id),
  check ((derivative = 'none') = (spans = '[]')),
  check ((derivative = 'none') = (generation is null)),
  check ((derivative = 'made') = (source is not null)),
  check (derivative <> 'impossible' or problem is not null),
  check ((lifted_at is null) = (lifted_by is null))
);
create unique index restriction_once on earwitness.restriction (recording) where lifted_at is null;
create index restriction_list on earwitness.restriction (tenant, recording) where lifted_at is null;
create index restriction_wanted on earwitness.restriction (tenant) where derivative in ('wanted', 'made') and lifted_at is null;

-- Who may hear the original until when
create table earwitness.restriction_opening (
  tenant      text not null,
  -- Of the approval
  id          uuid not null,
  recording   uuid not null,
  users       text[] not null check (cardinality(users) > 0),
  opened_at   timestamptz not null,
  -- Whatever the program decides
  until       timestamptz not null check (until > opened_at and until <= opened_at + interval '72 hours'),
  reason      text not null check (reason <> ''),
  legal_basis text not null check (legal_basis <> ''),
  opened_by   text not null,
  primary key (tenant, id)
);
create index restriction_opening_of on earwitness.restriction_opening (tenant, recording, until);

-- A play of an original, and by which opening
alter table earwitness.play add column opening uuid;

do $$
declare
  t text;
begin
  foreach t in array array['restriction', 'restriction_opening']
  loop
    execute format('alter table earwitness.%I enable row level security', t);
    execute format('alter table earwitness.%I force row level security', t);
    execute format('create policy own_tenant on earwitness.%I to ${app} '
                   'using (tenant = (select current_setting(''earwitness.tenant'', true))) '
                   'with check (tenant = (select current_setting(''earwitness.tenant'', true)))', t);
    execute format('grant select, insert on earwitness.%I to ${app}', t);
  end loop;
end $$;
create policy every_tenant on earwitness.restriction for select to ${feed} using (true);
create policy every_tenant_too on earwitness.restriction for select to ${worker} using (true);
grant select on earwitness.restriction to ${feed};
grant select on earwitness.restriction to ${worker};
grant update (derivative, generation, source, problem, not_before, lifted_at, lifted_by) on earwitness.restriction to ${app};

-- Whatever the program decides: none of these is ever done because nobody looked
alter table earwitness.approval add check (
  kind not in ('recording.restrict', 'recording.open-restricted', 'recording.lift-restriction') or executes_at is null);
