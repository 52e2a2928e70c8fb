-- Begins to read what logs of one merge added to the same days.
-- Reads: logtally.hit_share. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  addition_id,
  content_type_id,
  hit_on,
  object_ids,
  hit_counts
from logtally.hit_share;
