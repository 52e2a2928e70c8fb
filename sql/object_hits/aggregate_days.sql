-- Adds up the staged hits by object and day, in the order of the key, and puts each object's earlier total beside them. The hits may
-- be from several logs: keep_shared_days.sql tells what each of them added to a day.
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
  min(content_type_id) as content_type_id,
  min(object_id) as object_id,
  hit_on,
  sum(hit_count)::bigint as hit_count,
  nullif(case when min(addition_id) = max(addition_id) then min(addition_id) end, 0) as added_by,
  coalesce(min(hit_count_before), 0) as hit_count_before,
  min(first_hit_on_before) as first_hit_on_before,
  min(last_hit_on_before) as last_hit_on_before
from (
  select
    t.sort_prefix || s.object_id as sort_text,
    t.content_type_id,
    s.object_id,
    s.hit_on,
    s.hit_count,
    t.addition_id,
    h.hit_count as hit_count_before,
    h.first_hit_on as first_hit_on_before,
    h.last_hit_on as last_hit_on_before
  from pg_temp.staged_hit as s
  join pg_temp.staged_content_type as t
    on t.type_key = s.type_key
  left join logtally.object_hits as h
    on h.content_type_id = t.content_type_id
    and h.object_id = s.object_id
  -- one text for type and object: a sort compares the first bytes of its first column as a number, and all else in full. All rows
  -- are sorted, not grouped by a hash before: that takes more time, and the order is lost
  order by
    sort_text,
    s.hit_on
) as hit
group by
  sort_text,
  hit_on
order by
  sort_text,
  hit_on;
