-- Forgets the run's streams beyond the last byte that other runs counted of them: all of a stream that no other run knows.
-- Reads: logtally.batch. Writes: logtally.stream_digest. Parameters: $1 run. Returns: nothing.
-- May be repeated. Under the merge lock, before delete_batches.sql.
delete from logtally.stream_digest as d
where d.stream_id in (
    select stream_id
    from logtally.batch
    where run_id = $1::int
  )
  and d.end_byte > (
    select coalesce(max(other.end_byte), 0)
    from logtally.batch as other
    where other.stream_id = d.stream_id
      and other.run_id <> $1::int
  );
