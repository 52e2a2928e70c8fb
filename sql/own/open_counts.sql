-- Begins to read the rows of an operator's summaries.
-- Reads: logtally.own_count. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  source_id,
  day,
  summary,
  keys,
  sums
from logtally.own_count;
