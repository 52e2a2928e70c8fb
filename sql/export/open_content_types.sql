-- Begins to read the dictionary of content types.
-- Reads: logtally.content_type. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  content_type_id,
  site,
  name
from logtally.content_type;
