-- Adds the days up by object, beside the total that each object had before.
-- Reads: day_gain, logtally.object_hits. Writes: object_gain. Parameters: none. Returns: nothing.
-- Once in each transaction, under the merge lock: the totals before must not move until they are updated.
insert into pg_temp.object_gain (
  content_type_id,
  object_id,
  hit_count,
  hit_count_before,
  first_hit_on,
  last_hit_on
)
select
  gain.content_type_id,
  gain.object_id,
  gain.hit_count,
  coalesce(h.hit_count, 0) as hit_count_before,
  gain.first_hit_on,
  gain.last_hit_on
from (
  select
    content_type_id,
    object_id,
    sum(hit_count)::bigint as hit_count,
    min(hit_on) as first_hit_on,
    max(hit_on) as last_hit_on
  from pg_temp.day_gain
  group by
    content_type_id,
    object_id
) as gain
left join logtally.object_hits as h
  on h.content_type_id = gain.content_type_id
  and h.object_id = gain.object_id
order by
  gain.content_type_id,
  gain.object_id;
