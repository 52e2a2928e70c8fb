-- Opens the months that hits are taken from, in which questions then read each day.
-- Reads: day_gain. Writes: logtally.hit_month. Parameters: none. Returns: nothing.
-- May be repeated. Under the merge lock, in the transaction that takes the hits, after aggregate_undone_days.sql.
update logtally.hit_month
set is_closed = false
where is_closed
  and month_on in (
    select date_trunc('month', hit_on::timestamp)::date
    from pg_temp.day_gain
  );
