-- Lists the months before a day of which the operator's summaries have rows of runs, or of several days.
-- Reads: logtally.own_count, count_source. Writes: nothing. Parameters: $1 a day. Returns: month_on, the first day of each, in order.
-- May be repeated. Locks nothing.
select distinct date_trunc('month', own.day)::date as month_on
from logtally.own_count as own
join logtally.count_source as s
  on s.source_id = own.source_id
where own.day < $1::date
  -- a statement may return any day; one before our era is of no month that the program names
  and own.day >= '0001-01-01'
  and (s.addition_id <> 0 or own.day <> date_trunc('month', own.day)::date)
order by month_on;
