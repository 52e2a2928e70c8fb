-- Begins to read the keys of visitors.
-- Reads: logtally.visitor_key. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  site,
  day,
  key,
  last_line_at
from logtally.visitor_key;
