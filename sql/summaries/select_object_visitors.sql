-- Lists the objects with the most visitors, who are told apart within a day: a visitor of two days is counted twice.
-- Reads: logtally.object_count, count_source, content_type. Writes: nothing.
-- Parameters: $1 number of the part object_visitor, $2 site or null for every site, $3 first day, $4 last day, $5 content type or null
-- for every type, $6 objects at most.
-- Returns: site, content_type, object_id, visitor_days, requests (those of visitors), of all objects with visitors together
-- object_count, has_sites and has_types (whether they are of several); the most visitor_days first.
-- May be repeated. Locks nothing.
with visitor as (
  select
    s.content_type_id,
    c.object_id,
    c.day,
    c.key1,
    sum(c.requests) as requests,
    -- of a day whose visitors are not told apart any more
    sum(c.key3::bigint) filter (where c.key2 = 'total') as visitors
  from logtally.object_count as c
  join logtally.count_source as s
    on s.source_id = c.source_id
  join logtally.content_type as t
    on t.content_type_id = s.content_type_id
  where c.part = $1::smallint
    and c.day between $3::date and $4::date
    and (c.key1 is not null or c.key2 = 'total')
    and ($2::text is null or t.site = $2)
    and ($5::text is null or t.name = $5)
  group by
    s.content_type_id,
    c.object_id,
    c.day,
    c.key1
),
counted as materialized (
  select
    content_type_id,
    object_id,
    (count(key1) + coalesce(sum(visitors), 0))::bigint as visitor_days,
    sum(requests)::bigint as requests
  from visitor
  group by
    content_type_id,
    object_id
)
select
  t.site,
  t.name as content_type,
  counted.object_id,
  counted.visitor_days,
  counted.requests,
  count(*) over () as object_count,
  min(t.site) over () <> max(t.site) over () as has_sites,
  min(t.name) over () <> max(t.name) over () as has_types
from counted
join logtally.content_type as t
  on t.content_type_id = counted.content_type_id
order by
  counted.visitor_days desc,
  counted.requests desc,
  t.site,
  t.name,
  counted.object_id
limit $6::int;
