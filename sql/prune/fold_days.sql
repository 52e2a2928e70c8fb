-- Adds up the days of a month in the first row of each object that has several, and says up to which day.
-- Reads, writes: logtally.object_hits_daily. Parameters: $1 first day of the month, $2 its last day. Returns: nothing.
-- Once before delete_folded_days.sql, in its transaction: a repetition would add again. Under the merge lock.
update logtally.object_hits_daily as d
set
  hit_count = folded.hit_count,
  added_by = null,
  folded_until = folded.last_day
from (
  select
    content_type_id,
    object_id,
    min(hit_on) as first_day,
    max(coalesce(folded_until, hit_on)) as last_day,
    sum(hit_count)::bigint as hit_count
  from logtally.object_hits_daily
  where hit_on between $1::date and $2::date
  group by
    content_type_id,
    object_id
  having count(*) > 1
) as folded
where d.content_type_id = folded.content_type_id
  and d.object_id = folded.object_id
  and d.hit_on = folded.first_day;
