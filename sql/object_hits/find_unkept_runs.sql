-- Finds the runs that counted lines but cannot be taken back, because their deltas are no longer kept.
-- Reads: logtally.batch, hit_delta. Writes: nothing.
-- Parameters: $1 runs, an array, $2 stream, null for all of theirs. Returns: run_id.
-- May be repeated. Locks nothing.
select b.run_id
from logtally.batch as b
where b.run_id = any($1::int[])
  and ($2::bigint is null or b.stream_id = $2::bigint)
  and not exists (
    select 1
    from logtally.hit_delta as d
    where d.run_id = b.run_id
      and ($2::bigint is null or d.stream_id = $2::bigint)
  )
group by b.run_id
having sum(b.counted) > 0;
