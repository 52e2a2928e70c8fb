-- Does what aggregate_days.sql does, for several logs, which may have hits of the same object and day.
-- Reads: staged_hit, staged_content_type, logtally.object_hits. Writes: day_gain. Parameters: none. Returns: nothing.
-- Once in each transaction, under the merge lock: the totals before must not move until they are updated.
-- keep_shared_days.sql tells what each of the logs added to a day.
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
    t.sort_prefix,
    t.content_type_id,
    of_log.object_id,
    of_log.hit_on,
    sum(of_log.hit_count)::bigint as hit_count,
    case when min(t.addition_id) = max(t.addition_id) then min(t.addition_id) end as added_by
  from (
    -- grouped before it is joined: fewer rows
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
  ) as of_log
  join pg_temp.staged_content_type as t
    on t.type_key = of_log.type_key
  group by
    t.sort_prefix,
    t.content_type_id,
    of_log.object_id,
    of_log.hit_on
) as gain
left join logtally.object_hits as h
  on h.content_type_id = gain.content_type_id
  and h.object_id = gain.object_id
order by
  gain.sort_prefix || gain.object_id,
  gain.hit_on;
