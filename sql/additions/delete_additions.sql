-- Removes the additions that were taken back. No day names them any more, so their numbers may be given again.
-- Reads: nothing. Writes: logtally.addition.
-- Parameters: $1 runs, an array, $2 stream, null for all of theirs. Returns: nothing.
-- May be repeated. Under the merge lock, after delete_empty_days.sql and delete_deltas.sql.
delete from logtally.addition
where run_id = any($1::int[])
  and ($2::bigint is null or stream_id = $2::bigint);
