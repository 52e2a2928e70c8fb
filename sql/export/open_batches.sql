-- Begins to read the batches.
-- Reads: logtally.batch. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  batch_id,
  run_id,
  stream_id,
  path,
  start_byte,
  end_byte,
  lines,
  counted,
  unattributed,
  filtered,
  rejected,
  reject_reasons,
  summaries,
  robots,
  committed_at
from logtally.batch;
