-- Adds up the staged hits of one log by object and day, in the order of the key, and puts each object's earlier total beside them.
-- Reads: staged_hit, staged_content_type, logtally.object_hits. Writes: day_gain. Parameters: none. Returns: nothing.
-- Once in each transaction, under the merge lock: the totals before must not move until they are updated.
-- aggregate_shared_days.sql does it for several logs.
insert into pg_temp.day_gain (
  content_type_id,
  object_id,
  hit_on,
  hit_count,
  added_by,
  hit_count_before,
  first_hit_on_before,
  last_hit_on_before
)
select
  t.content_type_id,
  gain.object_id,
  gain.hit_on,
  gain.hit_count,
  t.addition_id as added_by,
  coalesce(h.hit_count, 0) as hit_count_before,
  h.first_hit_on as first_hit_on_before,
  h.last_hit_on as last_hit_on_before
from (
  -- grouped before it is joined and sorted: fewer rows, and no sort of them all
  select
    type_key,
    object_id,
    hit_on,
    sum(hit_count) as hit_count
  from pg_temp.staged_hit
  group by
    type_key,
    object_id,
    hit_on
) as gain
join pg_temp.staged_content_type as t
  on t.type_key = gain.type_key
left join logtally.object_hits as h
  on h.content_type_id = t.content_type_id
  and h.object_id = gain.object_id
-- one text for type and object: a sort compares the first bytes of its first column as a number, and all else in full
order by
  t.sort_prefix || gain.object_id,
  gain.hit_on;
