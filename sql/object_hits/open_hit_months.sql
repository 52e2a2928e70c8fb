-- Begins to read the months that lines were counted of.
-- Reads: logtally.hit_month. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  month_on,
  is_closed,
  is_folded,
  has_late_days
from logtally.hit_month;
