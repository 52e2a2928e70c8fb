-- Removes the shares of what was taken back, after they were subtracted.
-- Reads: logtally.addition. Writes: logtally.hit_share.
-- Parameters: $1 runs, an array, $2 stream, null for all of theirs. Returns: nothing.
-- May be repeated. Under the merge lock.
delete from logtally.hit_share
where addition_id in (
  select addition_id
  from logtally.addition
  where run_id = any($1::int[])
    and ($2::bigint is null or stream_id = $2::bigint)
);
