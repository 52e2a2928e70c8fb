-- Tells whether a range was committed within a batch of a run, after a COMMIT that was not answered.
-- Reads: logtally.batch. Writes: nothing. Parameters: $1 run, $2 stream, $3 first byte of the range, $4 byte after its last.
-- Returns: one row; is_committed.
-- May be repeated. Needs the merge lock: it waits until the transaction that may have committed has ended.
select exists (
  select 1
  from logtally.batch
  where run_id = $1::int
    and stream_id = $2::bigint
    and start_byte <= $3::bigint
    and end_byte >= $4::bigint
) as is_committed;
