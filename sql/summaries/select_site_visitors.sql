-- Counts the visitors of sites by day.
-- Reads: logtally.site_count, count_source. Writes: nothing.
-- Parameters: $1 number of the part visitor, $2 site or null for every site, $3 first day, $4 last day.
-- Returns: day, visitors, requests (those of visitors), late_requests (of people that came when the day was closed); days without any
-- request left out, the earliest first.
-- May be repeated. Locks nothing.
with visitor as (
  -- a key is never of two sites
  select
    c.day,
    c.key1,
    sum(c.requests) filter (where c.key1 is not null or c.key2 = 'total') as requests,
    sum(c.requests) filter (where c.key2 = 'late') as late_requests,
    -- of a day whose visitors are not told apart any more
    sum(c.key3::bigint) filter (where c.key2 = 'total') as visitors
  from logtally.site_count as c
  join logtally.count_source as s
    on s.source_id = c.source_id
  where c.part = $1::smallint
    and c.day between $3::date and $4::date
    and s.content_type_id is null
    and ($2::text is null or s.site = $2)
  group by
    c.day,
    c.key1
)
select
  day,
  (count(key1) + coalesce(sum(visitors), 0))::bigint as visitors,
  coalesce(sum(requests), 0)::bigint as requests,
  coalesce(sum(late_requests), 0)::bigint as late_requests
from visitor
group by day
order by day;
