-- Adds up the days of a month by content type.
-- Reads: logtally.object_hits_daily. Writes: logtally.content_type_daily.
-- Parameters: $1 first day of the month, $2 its last day. Returns: nothing.
-- Once after delete_type_days.sql, in its transaction, under the merge lock.
insert into logtally.content_type_daily (content_type_id, hit_on, hit_count)
select
  content_type_id,
  hit_on,
  sum(hit_count)::bigint
from logtally.object_hits_daily
where hit_on between $1::date and $2::date
group by
  content_type_id,
  hit_on;
