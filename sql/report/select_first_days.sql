-- Finds the first day with hits of each content type from a day on.
-- Reads: logtally.content_type, object_hits_daily. Writes: nothing.
-- Parameters: $1 site or null for every site, $2 first day, $3 last day.
-- Returns: site, content_type_id, first_hit_on; null if the type has no hits in these days; by site.
-- May be repeated. Locks nothing.
with first_day as (
  select
    content_type_id,
    min(hit_on) as first_hit_on
  from logtally.object_hits_daily
  where hit_on between $2::date and $3::date
  group by content_type_id
)
select
  t.site,
  t.content_type_id,
  f.first_hit_on
from logtally.content_type as t
left join first_day as f
  on f.content_type_id = t.content_type_id
where ($1::text is null or t.site = $1)
order by
  t.site,
  t.content_type_id;
