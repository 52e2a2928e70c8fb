-- Adds up the hits that were taken away, and compares each object that lost some with its remaining days.
-- Reads: day_gain, object_gain, logtally.object_hits, object_hits_daily. Writes: nothing. Parameters: none.
-- Returns: one row; daily_hits and object_hits, the hits taken away, objects, and wrong_objects: those whose total is below 1,
-- or whose total, first day or last day differs from that of their days.
-- May be repeated. Locks nothing.
with lost as materialized (
  select
    content_type_id,
    object_id,
    hit_count_before + hit_count as hit_count_after
  from pg_temp.object_gain
),
-- inner joins of their own, so that Citus sends the objects that lost something to the nodes, and not all objects and days to them
total as materialized (
  select
    h.content_type_id,
    h.object_id,
    h.hit_count,
    h.first_hit_on,
    h.last_hit_on
  from lost
  join logtally.object_hits as h
    on h.content_type_id = lost.content_type_id
    and h.object_id = lost.object_id
),
daily as materialized (
  select
    d.content_type_id,
    d.object_id,
    sum(d.hit_count) as hit_count,
    min(d.hit_count) as fewest_hits,
    min(d.hit_on) as first_day,
    max(coalesce(d.folded_until, d.hit_on)) as last_day
  from lost
  join logtally.object_hits_daily as d
    on d.content_type_id = lost.content_type_id
    and d.object_id = lost.object_id
  group by
    d.content_type_id,
    d.object_id
)
select
  (select -coalesce(sum(hit_count), 0)::bigint from pg_temp.day_gain) as daily_hits,
  (select -coalesce(sum(hit_count), 0)::bigint from pg_temp.object_gain) as object_hits,
  count(*) as objects,
  count(*) filter (
    where lost.hit_count_after < 0
      or lost.hit_count_after <> coalesce(total.hit_count, 0)
      or lost.hit_count_after <> coalesce(daily.hit_count, 0)
      or daily.fewest_hits < 1
      or total.first_hit_on <> daily.first_day
      or total.last_hit_on <> daily.last_day
  ) as wrong_objects
from lost
left join total
  on total.content_type_id = lost.content_type_id
  and total.object_id = lost.object_id
left join daily
  on daily.content_type_id = lost.content_type_id
  and daily.object_id = lost.object_id;
