-- Lists the last runs with what they counted.
-- Reads: logtally.run, batch. Writes: nothing. Parameters: $1 runs at most, $2 whether those as well that counted nothing.
-- Returns: run_id, started_at, finished_at and undone_at (ISO 8601, UTC; null if it did not happen), exit_code (null if
-- it did not finish), host, program_version, batches, bytes, lines, counted, unattributed, filtered, rejected,
-- is_last (whether no run is newer); newest first.
-- May be repeated. Locks nothing.
select
  r.run_id,
  to_char(r.started_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as started_at,
  to_char(r.finished_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as finished_at,
  to_char(r.undone_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as undone_at,
  r.exit_code,
  r.host,
  r.program_version,
  count(b.batch_id) as batches,
  coalesce(sum(b.end_byte - b.start_byte), 0)::bigint as bytes,
  coalesce(sum(b.lines), 0)::bigint as lines,
  coalesce(sum(b.counted), 0)::bigint as counted,
  coalesce(sum(b.unattributed), 0)::bigint as unattributed,
  coalesce(sum(b.filtered), 0)::bigint as filtered,
  coalesce(sum(b.rejected), 0)::bigint as rejected,
  r.run_id = (select max(run.run_id) from logtally.run) as is_last
from (
  select
    run_id,
    started_at,
    finished_at,
    undone_at,
    exit_code,
    host,
    program_version
  from logtally.run
  where $2::boolean
    or undone_at is not null
    or exists (
      select 1
      from logtally.batch as own
      where own.run_id = run.run_id
    )
  order by run_id desc
  limit $1::int
) as r
left join logtally.batch as b
  on b.run_id = r.run_id
group by
  r.run_id,
  r.started_at,
  r.finished_at,
  r.undone_at,
  r.exit_code,
  r.host,
  r.program_version
order by r.run_id desc;
