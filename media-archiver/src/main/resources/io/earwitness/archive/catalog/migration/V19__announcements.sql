-- Announcements: prompts, the tenants' policies, and what recordings show (docs/operations/announcements.md).
-- Versions are only ever added; a prompt that is withdrawn stays, for the calls in which it was heard.

create table earwitness.announcement_prompt (
  tenant       text not null references earwitness.tenant,
  name         text not null check (name ~ '^[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?$'),
  language     text not null check (language <> ''),
  version      integer not null check (version > 0),
  -- What is said, as far as somebody typed it
  text         text,
  -- Of the sound as it is played: a WAV file of 8 kHz and 16 bits
  sha256       text not null check (sha256 ~ '^[0-9a-f]{64}$'),
  duration_ms  bigint not null check (duration_ms > 0),
  -- That file, sealed with the installation's key
  sealed       text not null,
  added_at     timestamptz not null,
  added_by     text not null,
  withdrawn_at timestamptz check (withdrawn_at >= added_at),
  withdrawn_by text,
  primary key (tenant, name, language, version),
  check ((withdrawn_at is null) = (withdrawn_by is null))
);

create table earwitness.announcement_policy (
  tenant     text not null references earwitness.tenant,
  version    integer not null check (version > 0),
  valid_from timestamptz not null,
  changed_by text not null,
  policy     jsonb not null,
  primary key (tenant, version)
);

alter table earwitness.call_archive add column announcement jsonb;

do $$
declare
  t text;
begin
  foreach t in array array['announcement_prompt', 'announcement_policy']
  loop
    execute format('alter table earwitness.%I enable row level security', t);
    execute format('alter table earwitness.%I force row level security', t);
    execute format('create policy own_tenant on earwitness.%I to ${app} '
                   'using (tenant = (select current_setting(''earwitness.tenant'', true))) '
                   'with check (tenant = (select current_setting(''earwitness.tenant'', true)))', t);
    execute format('grant select, insert on earwitness.%I to ${app}', t);
  end loop;
end $$;

grant update (withdrawn_at, withdrawn_by) on earwitness.announcement_prompt to ${app};
