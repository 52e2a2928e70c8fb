-- Begins to read the ranks.
-- Reads: logtally.hit_count_rank. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  content_type_id,
  hit_count,
  object_count,
  hit_count_rank
from logtally.hit_count_rank;
