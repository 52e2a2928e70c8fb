-- Records that a month is added up: from now on questions read its sums.
-- Reads: nothing. Writes: logtally.hit_month. Parameters: $1 first day of the month. Returns: nothing.
-- May be repeated. Under the merge lock, in the transaction that has added the month up.
update logtally.hit_month
set is_closed = true
where month_on = $1::date;
