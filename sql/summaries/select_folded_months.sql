-- Lists the months whose counts by day are folded: all requests of a key stand at the first day.
-- Reads: logtally.count_month. Writes: nothing. Parameters: none.
-- Returns: month_on, the first day of each, in order.
-- May be repeated. Locks nothing.
select month_on
from logtally.count_month
where is_folded
order by month_on;
