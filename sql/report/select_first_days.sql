-- Finds the first day with hits of each site from a day on.
-- Reads: logtally.content_type, object_hits_daily. Writes: nothing.
-- Parameters: $1 site or null for every site, $2 first day, $3 last day.
-- Returns: site, content_type_ids (array of the numbers of its types), first_hit_on; null if the site has no hits in these
-- days; by site.
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
  array_agg(t.content_type_id) as content_type_ids,
  min(f.first_hit_on) as first_hit_on
from logtally.content_type as t
left join first_day as f
  on f.content_type_id = t.content_type_id
where ($1::text is null or t.site = $1)
group by t.site
order by t.site;
