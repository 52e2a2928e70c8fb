-- Records that a run begins.
-- Reads, writes: logtally.run. Parameters: $1 host name, $2 version of the program, $3 settings as JSON.
-- Returns: one row; run_id, the new run.
-- Each repetition is a run of its own. Needs the merge lock, which keeps the numbers without gaps and unique.
insert into logtally.run (run_id, host, program_version, settings)
select
  coalesce(max(run_id), 0) + 1,
  $1::text,
  $2::text,
  $3::jsonb
from logtally.run
returning run_id;
