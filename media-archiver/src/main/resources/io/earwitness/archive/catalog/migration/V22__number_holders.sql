-- Who or what holds a number, and under which licence it is recorded: docs/operations/whose-call.md
alter table earwitness.number_range add column holder_kind text
  check (holder_kind in ('person', 'queue', 'auto-attendant', 'place', 'shared-line'));
alter table earwitness.number_range add column holder_name text check (holder_name <> '');
alter table earwitness.number_range add column licence text check (licence in ('standard', 'extended'));

-- Until now every holder was a person. The owner sees no rows without a policy of its own.
create policy fill on earwitness.number_range to current_user using (true) with check (true);
update earwitness.number_range set holder_kind = 'person' where user_id is not null;
drop policy fill on earwitness.number_range;

-- A back-dated change takes the former times apart; the journal keeps what they were
grant delete on earwitness.number_range to ${app};

-- Whether people have changed whom a call is of: what a node reports later leaves that as it is
alter table earwitness.call add column attributed boolean not null default false;
