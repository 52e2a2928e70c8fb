-- Adds up the hits that were taken away, and compares each object that lost some with its remaining days.
-- Reads: day_gain, object_gain, logtally.object_hits, object_hits_daily. Writes: nothing. Parameters: none.
-- Returns: one row; daily_hits and object_hits, the hits taken away, objects, and wrong_objects: those whose total is below 1,
-- or whose total, first day or last day differs from that of their days.
-- May be repeated. Locks nothing.
select
  (select -coalesce(sum(hit_count), 0)::bigint from pg_temp.day_gain) as daily_hits,
  (select -coalesce(sum(hit_count), 0)::bigint from pg_temp.object_gain) as object_hits,
  count(*) as objects,
  count(*) filter (
    where hit_count_after < 0
      or hit_count_after <> coalesce(total, 0)
      or hit_count_after <> coalesce(daily_total, 0)
      or fewest_hits < 1
      or first_hit_on <> first_day
      or last_hit_on <> last_day
  ) as wrong_objects
from (
  select
    o.hit_count_before + o.hit_count as hit_count_after,
    h.hit_count as total,
    h.first_hit_on,
    h.last_hit_on,
    sum(d.hit_count) as daily_total,
    min(d.hit_count) as fewest_hits,
    min(d.hit_on) as first_day,
    max(d.hit_on) as last_day
  from pg_temp.object_gain as o
  left join logtally.object_hits as h
    on h.content_type_id = o.content_type_id
    and h.object_id = o.object_id
  left join logtally.object_hits_daily as d
    on d.content_type_id = o.content_type_id
    and d.object_id = o.object_id
  group by
    o.content_type_id,
    o.object_id,
    o.hit_count_before,
    o.hit_count,
    h.hit_count,
    h.first_hit_on,
    h.last_hit_on
) as remaining;
