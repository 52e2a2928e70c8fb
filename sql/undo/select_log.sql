-- Tells what was counted of a log, and of which runs what they added of it is not kept any more.
-- Reads: logtally.batch, hit_delta. Writes: nothing. Parameters: $1 stream.
-- Returns: one row; lines, counted, unkept_runs (text, null where all is kept).
-- May be repeated. Locks nothing.
select
  coalesce(sum(of_run.lines), 0)::bigint as lines,
  coalesce(sum(of_run.counted), 0)::bigint as counted,
  string_agg(of_run.run_id::text, ', ' order by of_run.run_id) filter (
    where of_run.counted > 0
      and not exists (
        select 1
        from logtally.hit_delta as d
        where d.run_id = of_run.run_id
          and d.stream_id = $1::bigint
      )
  ) as unkept_runs
from (
  select
    run_id,
    sum(lines) as lines,
    sum(counted) as counted
  from logtally.batch
  where stream_id = $1::bigint
  group by run_id
) as of_run;
