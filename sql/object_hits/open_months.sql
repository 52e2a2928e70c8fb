-- Opens the months that hits are added to, in which questions then read each day.
-- Reads: nothing. Writes: logtally.hit_month.
-- Parameters: $1 first days of the months, an array. Returns: nothing.
-- May be repeated. Under the merge lock, in the transaction that adds the hits.
insert into logtally.hit_month (month_on, is_closed)
select
  month_on,
  false
from unnest($1::date[]) as month_on
on conflict (month_on) do update
set
  is_closed = false,
  has_late_days = hit_month.is_folded;
