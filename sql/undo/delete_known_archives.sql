-- Forgets that archives of the run's streams were read to their end: they must be unpacked again.
-- Reads: logtally.batch. Writes: logtally.known_archive. Parameters: $1 run. Returns: nothing.
-- May be repeated. Under the merge lock, before delete_batches.sql.
delete from logtally.known_archive
where stream_id in (
  select stream_id
  from logtally.batch
  where run_id = $1::int
);
