-- Lists the objects with the most bytes.
-- Reads: logtally.object_count, count_source, content_type. Writes: nothing.
-- Parameters: $1 number of the part object_bytes, $2 site or null for every site, $3 first day, $4 last day, $5 content type or null for
-- every type, $6 objects at most.
-- Returns: site, content_type, object_id, requests, bytes (null if no line tells its size), of all objects together all_bytes,
-- object_count, first_day, last_day, has_sites and has_types (whether they are of several); the most bytes first.
-- May be repeated. Locks nothing.
with counted as materialized (
  select
    s.content_type_id,
    c.object_id,
    sum(c.requests)::bigint as requests,
    sum(c.bytes)::bigint as bytes,
    min(c.day) as first_day,
    max(c.day) as last_day
  from logtally.object_count as c
  join logtally.count_source as s
    on s.source_id = c.source_id
  join logtally.content_type as t
    on t.content_type_id = s.content_type_id
  where c.part = $1::smallint
    and c.day between $3::date and $4::date
    and ($2::text is null or t.site = $2)
    and ($5::text is null or t.name = $5)
  group by
    s.content_type_id,
    c.object_id
)
select
  t.site,
  t.name as content_type,
  counted.object_id,
  counted.requests,
  counted.bytes,
  coalesce(sum(counted.bytes) over (), 0)::bigint as all_bytes,
  count(*) over () as object_count,
  min(counted.first_day) over () as first_day,
  max(counted.last_day) over () as last_day,
  min(t.site) over () <> max(t.site) over () as has_sites,
  min(t.name) over () <> max(t.name) over () as has_types
from counted
join logtally.content_type as t
  on t.content_type_id = counted.content_type_id
order by
  counted.bytes desc nulls last,
  counted.requests desc,
  t.site,
  t.name,
  counted.object_id
limit $6::int;
