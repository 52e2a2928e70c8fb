-- Forgets the ranges that the runs counted, so that they can be counted again.
-- Reads: nothing. Writes: logtally.batch.
-- Parameters: $1 runs, an array, $2 stream, null for all of theirs. Returns: nothing.
-- May be repeated. Under the merge lock.
delete from logtally.batch
where run_id = any($1::int[])
  and ($2::bigint is null or stream_id = $2::bigint);
