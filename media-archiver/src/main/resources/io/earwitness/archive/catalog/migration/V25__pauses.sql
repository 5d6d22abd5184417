-- Pausing recordings: how a tenant's are paused, what is asked of recorders, and which are paused now
-- (docs/operations/pause-and-mask.md).

alter table earwitness.tenant add column pause jsonb;
grant update (pause) on earwitness.tenant to ${app};

-- A call of which nothing may be kept has a call record all the same
alter table earwitness.call_archive drop constraint if exists call_archive_outcome_check;
alter table earwitness.call_archive add constraint call_archive_outcome_check
  check (outcome in ('archived', 'archived-partial', 'no-media', 'quarantined', 'not-recorded-by-policy'));

-- Recorders work with the policies of all tenants
create policy every_tenant on earwitness.announcement_policy to ${worker} using (true) with check (false);
grant select on earwitness.announcement_policy to ${worker};

-- What people ask of the recorder that has a running call; it looks here again and again
create table earwitness.live_request (
  id        uuid primary key,
  tenant    text not null references earwitness.tenant,
  recording uuid not null,
  node      text not null,
  action    text not null check (action in ('pause', 'resume')),
  asked_by  text not null,
  reason    text,
  asked_at  timestamptz not null,
  outcome   text check (outcome in ('done', 'was-so', 'not-running', 'expired')),
  done_at   timestamptz,
  check ((outcome is null) = (done_at is null))
);
create index live_request_open on earwitness.live_request (node) where outcome is null;

-- Recordings that are paused now, as their recorders say
create table earwitness.live_pause (
  tenant    text not null references earwitness.tenant,
  recording uuid not null,
  node      text not null,
  paused_by text not null,
  reason    text,
  since     timestamptz not null,
  primary key (tenant, recording)
);

do $$
declare
  t text;
begin
  foreach t in array array['live_request', 'live_pause']
  loop
    execute format('alter table earwitness.%I enable row level security', t);
    execute format('alter table earwitness.%I force row level security', t);
    execute format('create policy own_tenant on earwitness.%I to ${app} '
                   'using (tenant = (select current_setting(''earwitness.tenant'', true))) '
                   'with check (tenant = (select current_setting(''earwitness.tenant'', true)))', t);
    execute format('create policy every_tenant on earwitness.%I to ${worker} using (true) with check (true)', t);
  end loop;
end $$;

grant select, insert on earwitness.live_request to ${app};
grant select on earwitness.live_pause to ${app};
grant select, update, delete on earwitness.live_request to ${worker};
grant select, insert, update, delete on earwitness.live_pause to ${worker};
