-- Takes the run's streams for unfinished: bytes of theirs are to be counted again.
-- Reads: logtally.batch. Writes: logtally.log_stream. Parameters: $1 run. Returns: nothing.
-- May be repeated. Under the merge lock, before delete_batches.sql.
update logtally.log_stream
set state = 'open'
where state = 'final'
  and stream_id in (
    select stream_id
    from logtally.batch
    where run_id = $1::int
  );
