-- Begins to read the counts of sites.
-- Reads: logtally.site_count. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  requests,
  bytes,
  source_id,
  day,
  part,
  key1,
  key2,
  key3,
  key4
from logtally.site_count;
