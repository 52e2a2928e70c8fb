-- Adds up content types within a period, and within the period before.
-- Reads: logtally.object_hits_daily. Writes: nothing.
-- Parameters: $1 numbers of the content types, $2 first day of the period before, or of the period if none is compared,
-- $3 first day, $4 last day.
-- Returns: content_type_id, hit_count and object_count (within the period), previous_hit_count; only types with hits in the
-- period.
-- May be repeated. Locks nothing.
with counted as (
  select
    content_type_id,
    object_id,
    coalesce(sum(hit_count) filter (where hit_on >= $3::date), 0) as hit_count,
    coalesce(sum(hit_count) filter (where hit_on < $3::date), 0) as previous_hit_count
  from logtally.object_hits_daily
  where content_type_id = any ($1::int[])
    and hit_on between $2::date and $4::date
  group by
    content_type_id,
    object_id
)
select
  content_type_id,
  sum(hit_count)::bigint as hit_count,
  count(*) filter (where hit_count > 0) as object_count,
  sum(previous_hit_count)::bigint as previous_hit_count
from counted
group by content_type_id
having sum(hit_count) > 0;
