-- Forgets that archives of the runs' streams were read to their end: they must be unpacked again.
-- Reads: logtally.batch. Writes: logtally.known_archive.
-- Parameters: $1 runs, an array, $2 stream, null for all of theirs. Returns: nothing.
-- May be repeated. Under the merge lock, before delete_batches.sql.
delete from logtally.known_archive
where stream_id in (
  select stream_id
  from logtally.batch
  where run_id = any($1::int[])
    and ($2::bigint is null or stream_id = $2::bigint)
);
