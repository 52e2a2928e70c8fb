-- Records that the lines of some batches were counted in further summaries, in the transaction that adds their rows.
-- Reads, writes: logtally.batch. Parameters: $1 run, $2 stream, $3 first bytes of the batches, an array, $4 the summaries, an array.
-- Returns: nothing.
-- Fails to be true when repeated: the summaries would stand there twice. Under the merge lock.
update logtally.batch
set summaries = summaries || $4::text[]
where run_id = $1::int
  and stream_id = $2::bigint
  and start_byte = any($3::bigint[]);
