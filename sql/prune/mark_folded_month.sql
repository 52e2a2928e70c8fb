-- Records that the days of a month are folded.
-- Reads: nothing. Writes: logtally.hit_month. Parameters: $1 first day of the month. Returns: nothing.
-- May be repeated. Under the merge lock, in the transaction that has folded them.
update logtally.hit_month
set
  is_folded = true,
  has_late_days = false
where month_on = $1::date;
