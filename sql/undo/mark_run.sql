-- Records that a run was undone; its row stays.
-- Reads: nothing. Writes: logtally.run. Parameters: $1 run, $2 when, ISO 8601. Returns: nothing.
-- May be repeated. Locks the run's row.
update logtally.run
set undone_at = $2::timestamptz
where run_id = $1::int;
