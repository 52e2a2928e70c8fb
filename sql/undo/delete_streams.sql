-- Removes the streams of which nothing is known any more: no counted range, and no digest by which they can be found.
-- Reads: logtally.batch, stream_digest, known_archive. Writes: logtally.log_stream. Parameters: none. Returns: nothing.
-- May be repeated. Under the merge lock, after delete_digests.sql and delete_batches.sql.
delete from logtally.log_stream as s
where not exists (
    select 1
    from logtally.batch
    where stream_id = s.stream_id
  )
  and not exists (
    select 1
    from logtally.stream_digest
    where stream_id = s.stream_id
  )
  and not exists (
    select 1
    from logtally.known_archive
    where stream_id = s.stream_id
  );
