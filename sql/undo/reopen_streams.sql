-- Makes the runs' streams open again, and known up to the last digest that they have left.
-- Reads: logtally.batch, stream_digest. Writes: logtally.log_stream.
-- Parameters: $1 runs, an array, $2 stream, null for all of theirs. Returns: nothing.
-- May be repeated. Under the merge lock, after delete_digests.sql and before delete_batches.sql.
update logtally.log_stream as s
set
  state = case s.state when 'final' then 'open' else s.state end,
  known_bytes = (
    select coalesce(max(d.end_byte), 0)
    from logtally.stream_digest as d
    where d.stream_id = s.stream_id
  )
where s.stream_id in (
    select stream_id
    from logtally.batch
    where run_id = any($1::int[])
      and ($2::bigint is null or stream_id = $2::bigint)
  );
