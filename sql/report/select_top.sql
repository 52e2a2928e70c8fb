-- Lists the objects of each content type with the most hits.
-- Reads: logtally.content_type, object_hits, hit_count_rank. Writes: nothing.
-- Parameters: $1 site or null for every site, $2 content type or null for every type, $3 objects of each type at most.
-- Returns: site, content_type, object_id, hit_count, hit_count_rank, first_hit_on, last_hit_on; best first within a type.
-- May be repeated. Locks nothing.
select
  t.site,
  t.name as content_type,
  top.object_id,
  top.hit_count,
  top.hit_count_rank,
  top.first_hit_on,
  top.last_hit_on
from logtally.content_type as t
cross join lateral (
  select
    h.object_id,
    h.hit_count,
    r.hit_count_rank,
    h.first_hit_on,
    h.last_hit_on
  from logtally.object_hits as h
  join logtally.hit_count_rank as r
    on r.content_type_id = h.content_type_id
    and r.hit_count = h.hit_count
  where h.content_type_id = t.content_type_id
  order by
    h.hit_count desc,
    h.object_id
  limit $3::int
) as top
where ($1::text is null or t.site = $1)
  and ($2::text is null or t.name = $2)
order by
  t.site,
  t.name,
  top.hit_count_rank,
  top.object_id;
