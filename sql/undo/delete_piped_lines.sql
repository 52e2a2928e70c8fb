-- Forgets which lines the runs counted from pipes.
-- Reads: nothing. Writes: logtally.piped_line.
-- Parameters: $1 runs, an array, $2 stream, null for all of theirs. Returns: nothing.
-- May be repeated. Under the merge lock.
delete from logtally.piped_line
where run_id = any($1::int[])
  and ($2::bigint is null or stream_id = $2::bigint);
