-- Tells how the last run of a host ended.
-- Reads: logtally.run. Writes: nothing. Parameters: $1 host.
-- Returns: one row, or none if no run of the host has ended; exit_code, started_at and finished_at (ISO 8601, UTC).
-- May be repeated. Locks nothing.
select
  exit_code,
  to_char(started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as started_at,
  to_char(finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as finished_at
from logtally.run
where host = $1::text
  and finished_at is not null
  and exit_code is not null
order by
  finished_at desc,
  run_id desc
limit 1;
