-- Keeps what was added to the stored days that the batch adds to: what the addition that made the day has added alone until now,
-- and what the batch adds. A day that the same addition made needs neither.
-- Reads: day_gain, logtally.object_hits_daily, addition. Writes: logtally.hit_delta.
-- Parameters: none. Returns: nothing.
-- Once in each transaction, under the merge lock, before upsert_known_days.sql. What several logs add is left to
-- keep_shared_days.sql. What is no longer kept of an old run stays so.
insert into logtally.hit_delta (addition_id, content_type_id, object_id, hit_on, hit_count)
with stored as materialized (
  select
    d.content_type_id,
    d.object_id,
    d.hit_on,
    d.hit_count,
    d.added_by,
    s.hit_count as hit_count_before,
    s.added_by as added_by_before
  from pg_temp.day_gain as d
  join logtally.object_hits_daily as s
    on s.content_type_id = d.content_type_id
    and s.object_id = d.object_id
    and s.hit_on = d.hit_on
  where d.hit_on between d.first_hit_on_before and d.last_hit_on_before
    and (s.added_by = d.added_by) is not true
)
select
  kept.addition_id,
  kept.content_type_id,
  kept.object_id,
  kept.hit_on,
  kept.hit_count
from (
  select
    added_by_before as addition_id,
    content_type_id,
    object_id,
    hit_on,
    hit_count_before as hit_count
  from stored
  union all
  select
    added_by as addition_id,
    content_type_id,
    object_id,
    hit_on,
    hit_count
  from stored
) as kept
join logtally.addition as a
  on a.addition_id = kept.addition_id
where a.is_kept;
