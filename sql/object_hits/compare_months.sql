-- Finds the objects whose hits in a closed month differ from the sum of their days.
-- Reads: logtally.hit_month, object_hits_yearly, object_hits_daily, content_type. Writes: nothing. Parameters: none.
-- Returns: the first 10; differences (how many there are), content_type_id, site and content_type (null if the
-- dictionary lacks it), object_id, month_on, stored_hits, daily_hits (0 if there are none).
-- May be repeated. Locks nothing.
with stored as (
  select
    y.content_type_id,
    y.object_id,
    m.month_on,
    y.running_hits[extract(month from m.month_on)::int]
      - coalesce(y.running_hits[extract(month from m.month_on)::int - 1], 0) as hit_count
  from logtally.object_hits_yearly as y
  join logtally.hit_month as m
    on date_trunc('year', m.month_on::timestamp)::date = y.year_on
  where m.is_closed
),
daily as (
  select
    d.content_type_id,
    d.object_id,
    m.month_on,
    sum(d.hit_count)::bigint as hit_count
  from logtally.object_hits_daily as d
  join logtally.hit_month as m
    on m.month_on = date_trunc('month', d.hit_on::timestamp)::date
  where m.is_closed
  group by
    d.content_type_id,
    d.object_id,
    m.month_on
)
select
  count(*) over () as differences,
  content_type_id,
  t.site,
  t.name as content_type,
  object_id,
  month_on,
  coalesce(stored.hit_count, 0) as stored_hits,
  coalesce(daily.hit_count, 0) as daily_hits
from stored
full join daily
  using (content_type_id, object_id, month_on)
left join logtally.content_type as t
  using (content_type_id)
where coalesce(stored.hit_count, 0) <> coalesce(daily.hit_count, 0)
order by
  content_type_id,
  object_id,
  month_on
limit 10;
