-- Begins to read the counts of objects.
-- Reads: logtally.object_count. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  requests,
  bytes,
  source_id,
  day,
  part,
  object_id,
  key1,
  key2,
  key3
from logtally.object_count;
