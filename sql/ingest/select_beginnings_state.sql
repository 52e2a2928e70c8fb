-- Returns values that change whenever select_beginnings.sql would list other streams than before.
-- Reads: logtally.batch, log_stream, run. Writes: nothing. Parameters: none.
-- Returns: one row; last_batch, last_stream (0 if there is none), last_undo (text, null if no run was undone).
-- May be repeated. Locks nothing; under the merge lock the answer holds until it is released.
select
  (select coalesce(max(batch_id), 0) from logtally.batch) as last_batch,
  (select coalesce(max(stream_id), 0) from logtally.log_stream) as last_stream,
  (select max(undone_at)::text from logtally.run) as last_undo;
