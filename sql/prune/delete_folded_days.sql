-- Removes the days of a month that fold_days.sql has added to the first row of their object.
-- Reads, writes: logtally.object_hits_daily. Parameters: $1 first day of the month, $2 its last day. Returns: nothing.
-- May be repeated. Under the merge lock, in the transaction of fold_days.sql and after it.
delete from logtally.object_hits_daily as d
using logtally.object_hits_daily as first_row
where d.hit_on between $1::date and $2::date
  and first_row.content_type_id = d.content_type_id
  and first_row.object_id = d.object_id
  and first_row.hit_on between $1::date and $2::date
  and first_row.hit_on < d.hit_on
  and first_row.folded_until >= d.hit_on;
