-- Lists the months before a day that have days by object to be folded.
-- Reads: logtally.hit_month. Writes: nothing. Parameters: $1 the first day of the first month that is to stay.
-- Returns: month_on, the first day; the first month first.
-- May be repeated. Locks nothing.
select month_on
from logtally.hit_month
where month_on < $1::date
  and (not is_folded or has_late_days)
order by month_on;
