-- Says of the months that a batch has counted requests of that they have rows which prune has not seen.
-- Reads: nothing. Writes: logtally.count_month. Parameters: $1 first days of the months, an array. Returns: nothing.
-- May be repeated. Under the merge lock, in the transaction that has copied the rows.
insert into logtally.count_month (month_on, has_runs, has_days, has_networks, has_visitors)
select
  month_on,
  true,
  true,
  true,
  true
from unnest($1::date[]) as month_on
on conflict (month_on) do update
set
  has_runs = true,
  has_days = true,
  has_networks = true,
  has_visitors = true;
