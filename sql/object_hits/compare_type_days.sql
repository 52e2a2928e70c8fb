-- Finds the days on which a content type has other hits in a closed month than its objects, or hits in a month that is not listed.
-- Reads: logtally.hit_month, content_type_daily, object_hits_daily, content_type. Writes: nothing. Parameters: none.
-- Returns: the first 10; differences (how many there are), content_type_id, site and content_type (null if the
-- dictionary lacks it), hit_on, stored_hits (null if the month is not listed), daily_hits (0 if there are none).
-- May be repeated. Locks nothing.
with daily as (
  select
    content_type_id,
    hit_on,
    sum(hit_count)::bigint as hit_count
  from logtally.object_hits_daily
  group by
    content_type_id,
    hit_on
),
compared as (
  select
    content_type_id,
    hit_on,
    date_trunc('month', hit_on::timestamp)::date as month_on,
    coalesce(stored.hit_count, 0) as stored_hits,
    coalesce(daily.hit_count, 0) as daily_hits
  from logtally.content_type_daily as stored
  full join daily
    using (content_type_id, hit_on)
)
select
  count(*) over () as differences,
  c.content_type_id,
  t.site,
  t.name as content_type,
  c.hit_on,
  case
    when m.month_on is not null
    then c.stored_hits
  end as stored_hits,
  c.daily_hits
from compared as c
left join logtally.hit_month as m
  on m.month_on = c.month_on
left join logtally.content_type as t
  on t.content_type_id = c.content_type_id
where m.month_on is null
  or (m.is_closed and c.stored_hits <> c.daily_hits)
order by
  c.content_type_id,
  c.hit_on
limit 10;
