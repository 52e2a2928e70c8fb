-- Begins to read the closed months of the objects.
-- Reads: logtally.object_hits_yearly. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  object_id,
  content_type_id,
  year_on,
  running_hits
from logtally.object_hits_yearly;
