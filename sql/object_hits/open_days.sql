-- Begins to read the days of the objects.
-- Reads: logtally.object_hits_daily. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  content_type_id,
  object_id,
  hit_on,
  hit_count,
  added_by,
  folded_until
from logtally.object_hits_daily;
