-- Records how a run ended.
-- Reads: nothing. Writes: logtally.run. Parameters: $1 run, $2 when, ISO 8601, $3 exit code. Returns: nothing.
-- May be repeated. Locks the run's row.
update logtally.run
set
  finished_at = $2::timestamptz,
  exit_code = $3::int
where run_id = $1::int;
