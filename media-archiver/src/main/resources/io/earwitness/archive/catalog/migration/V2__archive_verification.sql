-- Step 7 of the commit protocol: when an archive was read back and found right. Null means that it is to be
-- read back, so what was archived before this migration is read back once more.
alter table earwitness.call_archive add column verified_at timestamptz;

-- What is left to read back: few rows, however many archives there are
create index call_archive_unverified on earwitness.call_archive (id) where verified_at is null;

-- Of an archive's row nothing else may ever change
grant update (verified_at) on earwitness.call_archive to ${app};
