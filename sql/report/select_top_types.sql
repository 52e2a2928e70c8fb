-- Lists content types, their hits, and how many hits an object needs to be among the first of its type.
-- Reads: logtally.content_type, hit_count_rank. Writes: nothing.
-- Parameters: $1 site or null for every site, $2 content type or null for every type, $3 objects of each type at most.
-- Returns: content_type_id, site, content_type, type_hits and type_objects (of all its
-- objects), least_hits; by site and name.
-- May be repeated. Locks nothing.
select
  t.content_type_id,
  t.site,
  t.name as content_type,
  (
    select sum(every.hit_count * every.object_count)::bigint
    from logtally.hit_count_rank as every
    where every.content_type_id = t.content_type_id
  ) as type_hits,
  (
    select sum(every.object_count)::bigint
    from logtally.hit_count_rank as every
    where every.content_type_id = t.content_type_id
  ) as type_objects,
  min(r.hit_count) as least_hits
from logtally.content_type as t
join logtally.hit_count_rank as r
  on r.content_type_id = t.content_type_id
  and r.hit_count_rank <= $3::bigint
where ($1::text is null or t.site = $1)
  and ($2::text is null or t.name = $2)
group by
  t.content_type_id,
  t.site,
  t.name
order by
  t.site,
  t.name;
