-- Removes the days of content types in a month, to be added up anew.
-- Reads: nothing. Writes: logtally.content_type_daily. Parameters: $1 first day of the month, $2 its last day. Returns: nothing.
-- May be repeated. Under the merge lock, before add_up_type_days.sql.
delete from logtally.content_type_daily
where hit_on between $1::date and $2::date;
