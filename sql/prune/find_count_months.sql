-- Lists the months that have requests for one step of prune.
-- Reads: logtally.count_month. Writes: nothing.
-- Parameters: $1 the day before which they begin; $2 what they must have: runs, days, networks or visitors.
-- Returns: month_on, the first day; the first month first.
-- May be repeated. Locks nothing.
select month_on
from logtally.count_month
where month_on < $1::date
  and case $2::text
    when 'runs' then has_runs
    when 'days' then has_days
    when 'networks' then has_networks
    when 'visitors' then has_visitors
  end
order by month_on;
