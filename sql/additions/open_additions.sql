-- Begins to read which additions there are.
-- Reads: logtally.addition. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  addition_id,
  run_id,
  stream_id,
  is_kept
from logtally.addition;
