-- Finds the runs that counted lines but cannot be taken back, because what they added is no longer kept.
-- Reads: logtally.batch, addition. Writes: nothing.
-- Parameters: $1 runs, an array, $2 stream, null for all of theirs. Returns: run_id.
-- May be repeated. Locks nothing.
select distinct b.run_id
from logtally.batch as b
left join logtally.addition as a
  on a.run_id = b.run_id
  and a.stream_id = b.stream_id
  and a.is_kept
where b.run_id = any($1::int[])
  and ($2::bigint is null or b.stream_id = $2::bigint)
  and (b.counted > 0 or (b.unattributed > 0 and b.summaries <> '{}'))
  and a.addition_id is null;
