-- Finds the objects whose total, first day or last day differs from that of their days.
-- Reads: logtally.object_hits, object_hits_daily, content_type. Writes: nothing. Parameters: none.
-- Returns: the first 10; differences (how many there are), content_type_id, site and content_type (null if the
-- dictionary lacks it), object_id, hit_count, first_hit_on, last_hit_on (null if there is no total), daily_hits,
-- first_day, last_day (null if there is no day), fewest_hits.
-- May be repeated. Locks nothing.
with daily as (
  select
    content_type_id,
    object_id,
    sum(hit_count)::bigint as daily_hits,
    min(hit_count) as fewest_hits,
    min(hit_on) as first_day,
    max(coalesce(folded_until, hit_on)) as last_day
  from logtally.object_hits_daily
  group by
    content_type_id,
    object_id
)
select
  count(*) over () as differences,
  content_type_id,
  t.site,
  t.name as content_type,
  object_id,
  h.hit_count,
  h.first_hit_on,
  h.last_hit_on,
  d.daily_hits,
  d.first_day,
  d.last_day,
  d.fewest_hits
from logtally.object_hits as h
full join daily as d
  using (content_type_id, object_id)
left join logtally.content_type as t
  using (content_type_id)
where h.hit_count is distinct from d.daily_hits
  or h.first_hit_on is distinct from d.first_day
  or h.last_hit_on is distinct from d.last_day
  or d.fewest_hits < 1
  or t.content_type_id is null
order by
  content_type_id,
  object_id
limit 10;
