-- Does what aggregate_days.sql does, for a batch that is small compared with the totals. The batch is
-- sorted first, and then each object is looked up in the order of the key, which visits the pages of index and table one after the
-- other. Measured with 100,000 objects out of 5 million: half the time of unsorted look-ups, and less than half if the pages have
-- to be read from disk.
-- Reads: staged_hit, staged_content_type, logtally.object_hits. Writes: day_gain. Parameters: none. Returns: nothing.
-- Once in each transaction, under the merge lock: the totals before must not move until they are updated.
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
  gain.content_type_id,
  gain.object_id,
  gain.hit_on,
  gain.hit_count,
  gain.added_by,
  coalesce(h.hit_count, 0) as hit_count_before,
  h.first_hit_on as first_hit_on_before,
  h.last_hit_on as last_hit_on_before
from (
  select
    t.content_type_id,
    s.object_id,
    s.hit_on,
    sum(s.hit_count) as hit_count,
    nullif(case when min(t.addition_id) = max(t.addition_id) then min(t.addition_id) end, 0) as added_by
  from pg_temp.staged_hit as s
  join pg_temp.staged_content_type as t
    on t.type_key = s.type_key
  group by
    t.content_type_id,
    s.object_id,
    s.hit_on
  order by
    t.content_type_id,
    s.object_id,
    s.hit_on
) as gain
-- at most one row, by the key: the limit keeps the planner from reading the whole table instead
left join lateral (
  select
    hit_count,
    first_hit_on,
    last_hit_on
  from logtally.object_hits
  where content_type_id = gain.content_type_id
    and object_id = gain.object_id
  limit 1
) as h
  on true;
