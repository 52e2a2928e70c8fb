-- Records that a log was taken back from runs, to be counted again by another one.
-- Reads: nothing. Writes: logtally.run. Parameters: $1 runs, an array, $2 when, ISO 8601. Returns: nothing.
-- May be repeated. Locks the runs' rows.
update logtally.run
set recounted_at = $2::timestamptz
where run_id = any($1::int[]);
