-- Finds the first day with hits of each site from a day on.
-- Reads: logtally.content_type, content_type_daily, object_hits_daily. Writes: nothing.
-- Parameters: $1 site or null for every site, $2 first day, $3 last day, $4 and $5 first and last days of the six spans of
-- these days that are not added up yet.
-- Returns: site, content_type_ids (array of the numbers of its types), first_hit_on; null if the site has no hits in these
-- days; by site.
-- May be repeated. Locks nothing.
with first_day as materialized (
  select
    content_type_id,
    min(hit_on) as first_hit_on
  from logtally.content_type_daily
  where hit_on between $2::date and $3::date
    and not (
      hit_on between ($4::date[])[1] and ($5::date[])[1]
      or hit_on between ($4::date[])[2] and ($5::date[])[2]
      or hit_on between ($4::date[])[3] and ($5::date[])[3]
      or hit_on between ($4::date[])[4] and ($5::date[])[4]
      or hit_on between ($4::date[])[5] and ($5::date[])[5]
      or hit_on between ($4::date[])[6] and ($5::date[])[6]
    )
  group by content_type_id
  union all
  select
    content_type_id,
    min(hit_on) as first_hit_on
  from logtally.object_hits_daily
  where (
    hit_on between ($4::date[])[1] and ($5::date[])[1]
    or hit_on between ($4::date[])[2] and ($5::date[])[2]
    or hit_on between ($4::date[])[3] and ($5::date[])[3]
    or hit_on between ($4::date[])[4] and ($5::date[])[4]
    or hit_on between ($4::date[])[5] and ($5::date[])[5]
    or hit_on between ($4::date[])[6] and ($5::date[])[6]
  )
  group by content_type_id
)
select
  t.site,
  array_agg(distinct t.content_type_id) as content_type_ids,
  min(f.first_hit_on) as first_hit_on
from logtally.content_type as t
left join first_day as f
  on f.content_type_id = t.content_type_id
where ($1::text is null or t.site = $1)
group by t.site
order by t.site;
