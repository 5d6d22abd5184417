-- Plays that nobody closed are found across tenants, and each is closed within its own
grant select on earwitness.play to ${worker};
create index play_unclosed on earwitness.play (opened_at) where closed_at is null;
