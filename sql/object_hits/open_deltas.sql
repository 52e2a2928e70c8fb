-- Begins to read what was added to days that several additions added to.
-- Reads: logtally.hit_delta. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  addition_id,
  content_type_id,
  object_id,
  hit_on,
  hit_count
from logtally.hit_delta;
