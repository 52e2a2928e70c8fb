-- Begins to read the lines that were counted from pipes.
-- Reads: logtally.piped_line. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  bucket,
  run_id,
  stream_id,
  '\x' || encode(marks, 'hex') as marks
from logtally.piped_line;
