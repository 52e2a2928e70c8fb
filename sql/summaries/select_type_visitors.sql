-- Counts the visitors of all objects of a content type by day.
-- Reads: logtally.object_count, site_count, count_source, content_type. Writes: nothing.
-- Parameters: $1 number of the part object_visitor, $2 site or null for every site, $3 first day, $4 last day, $5 content type, $6 number
-- of the part visitor, which has the visitors of days on which they are not told apart any more.
-- Returns: day, visitors, requests (those of visitors), late_requests (of people that came when the day was closed); days without any
-- request left out, the earliest first.
-- May be repeated. Locks nothing.
with visitor as (
  -- a key is never of two sites
  select
    c.day,
    c.key1,
    sum(c.requests) filter (where c.key1 is not null or c.key2 = 'total') as requests,
    sum(c.requests) filter (where c.key2 = 'late') as late_requests
  from logtally.object_count as c
  join logtally.count_source as s
    on s.source_id = c.source_id
  join logtally.content_type as t
    on t.content_type_id = s.content_type_id
  where c.part = $1::smallint
    and c.day between $3::date and $4::date
    and ($2::text is null or t.site = $2)
    and t.name = $5::text
  group by
    c.day,
    c.key1
),
daily as (
  select
    day,
    count(key1) as visitors,
    sum(requests) as requests,
    sum(late_requests) as late_requests
  from visitor
  group by day
  union all
  select
    c.day,
    sum(c.key3::bigint) as visitors,
    0 as requests,
    0 as late_requests
  from logtally.site_count as c
  join logtally.count_source as s
    on s.source_id = c.source_id
  join logtally.content_type as t
    on t.content_type_id = s.content_type_id
  where c.part = $6::smallint
    and c.day between $3::date and $4::date
    and ($2::text is null or t.site = $2)
    and t.name = $5::text
  group by c.day
)
select
  day,
  sum(visitors)::bigint as visitors,
  coalesce(sum(requests), 0)::bigint as requests,
  coalesce(sum(late_requests), 0)::bigint as late_requests
from daily
group by day
order by day;
