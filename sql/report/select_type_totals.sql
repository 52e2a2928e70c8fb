-- Lists content types with their objects, hits and days.
-- Reads: logtally.content_type, object_hits. Writes: nothing.
-- Parameters: $1 site or null for every site, $2 content type or null for every type.
-- Returns: site, content_type, object_count, hit_count, first_hit_on, last_hit_on; by site and name.
-- May be repeated. Locks nothing.
with total as (
  select
    content_type_id,
    count(*) as object_count,
    sum(hit_count)::bigint as hit_count,
    min(first_hit_on) as first_hit_on,
    max(last_hit_on) as last_hit_on
  from logtally.object_hits
  group by content_type_id
)
select
  t.site,
  t.name as content_type,
  total.object_count,
  total.hit_count,
  total.first_hit_on,
  total.last_hit_on
from logtally.content_type as t
join total
  on total.content_type_id = t.content_type_id
where ($1::text is null or t.site = $1)
  and ($2::text is null or t.name = $2)
order by
  t.site,
  t.name;
