-- Begins to read the sources of counts.
-- Reads: logtally.count_source. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  source_id,
  addition_id,
  site,
  content_type_id
from logtally.count_source;
