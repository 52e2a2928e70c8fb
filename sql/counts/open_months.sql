-- Begins to read the months that requests were counted of.
-- Reads: logtally.count_month. Writes: nothing. Parameters: none.
-- Returns: nothing; fetch_rows.sql gives the rows, under the names of the table's columns.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for. A cursor holds no more than it is asked for.
declare exported_row no scroll cursor for
select
  month_on,
  has_runs,
  has_days,
  is_folded,
  has_networks,
  has_visitors
from logtally.count_month;
