-- Tells when runs began, and what their settings were.
-- Reads: logtally.run. Writes: nothing. Parameters: $1 runs, an array.
-- Returns: run_id, started_at (ISO 8601, UTC), settings (JSON as text); in the order of their numbers.
-- May be repeated. Locks nothing.
select
  run_id,
  to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as started_at,
  settings::text as settings
from logtally.run
where run_id = any($1::int[])
order by run_id;
