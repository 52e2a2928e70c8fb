-- Lists the open months that a run has not added to, but not the last one, which is going to have more lines.
-- Reads: logtally.hit_month. Writes: nothing. Parameters: $1 first days of the months that the run has added to,
-- an array. Returns: month_on, the first day; the last month first.
-- May be repeated. Locks nothing.
select month_on
from logtally.hit_month
where not is_closed
  and month_on <> all ($1::date[])
  and month_on < (
    select max(month_on)
    from logtally.hit_month
  )
order by month_on desc;
