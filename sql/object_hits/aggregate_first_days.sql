-- Does what aggregate_days.sql does while no object has a total: without the join, which would look each row up in an empty table.
-- Reads: staged_hit, staged_content_type. Writes: day_gain. Parameters: none. Returns: nothing.
-- Once in each transaction, under the merge lock, if logtally.object_hits is empty.
insert into pg_temp.day_gain (content_type_id, object_id, hit_on, hit_count, added_by, hit_count_before)
select
  min(content_type_id) as content_type_id,
  min(object_id) as object_id,
  hit_on,
  sum(hit_count)::bigint as hit_count,
  case when min(addition_id) = max(addition_id) then min(addition_id) end as added_by,
  0 as hit_count_before
from (
  select
    t.sort_prefix || s.object_id as sort_text,
    t.content_type_id,
    s.object_id,
    s.hit_on,
    s.hit_count,
    t.addition_id
  from pg_temp.staged_hit as s
  join pg_temp.staged_content_type as t
    on t.type_key = s.type_key
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
