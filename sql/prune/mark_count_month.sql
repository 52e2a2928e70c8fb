-- Records what a step of prune has left nothing of in a month.
-- Reads, writes: logtally.count_month.
-- Parameters: $1 first day of the month; $2 what it has no longer: runs, days (then no runs either, and it is folded), networks or visitors.
-- Returns: nothing. May be repeated. Under the merge lock, in the transaction of the step.
update logtally.count_month
set
  has_runs = has_runs and $2::text not in ('runs', 'days'),
  has_days = has_days and $2::text <> 'days',
  is_folded = is_folded or $2::text = 'days',
  has_networks = has_networks and $2::text <> 'networks',
  has_visitors = has_visitors and $2::text <> 'visitors'
where month_on = $1::date;
