-- Removes a month that has no hits any more: after an undo the list is again as if the month had never had some.
-- Reads: logtally.content_type_daily. Writes: logtally.hit_month. Parameters: $1 first day of the month, $2 its last day.
-- Returns: nothing. May be repeated. Under the merge lock, in the transaction that has added the month up.
delete from logtally.hit_month
where month_on = $1::date
  and not exists (
    select
    from logtally.content_type_daily
    where hit_on between $1::date and $2::date
  );
