-- Forgets the runs' streams beyond the last byte that other runs counted of them: all of a stream that no other run knows.
-- Reads: logtally.batch. Writes: logtally.stream_digest.
-- Parameters: $1 runs, an array, $2 stream, null for all of theirs. Returns: nothing.
-- May be repeated. Under the merge lock, before delete_batches.sql.
delete from logtally.stream_digest as d
where d.stream_id in (
    select stream_id
    from logtally.batch
    where run_id = any($1::int[])
      and ($2::bigint is null or stream_id = $2::bigint)
  )
  and d.end_byte > (
    select coalesce(max(other.end_byte), 0)
    from logtally.batch as other
    where other.stream_id = d.stream_id
      and other.run_id <> all($1::int[])
  );
