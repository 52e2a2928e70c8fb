-- Finds one object's totals and rank, in each site that has it.
-- Reads: logtally.content_type, object_hits, hit_count_rank. Writes: nothing.
-- Parameters: $1 site or null for every site, $2 content type, $3 object id.
-- Returns: content_type_id, site, content_type, object_id, hit_count, hit_count_rank, object_count (objects of the type),
-- first_hit_on, last_hit_on; no row if it was never counted.
-- May be repeated. Locks nothing.
select
  t.content_type_id,
  t.site,
  t.name as content_type,
  h.object_id,
  h.hit_count,
  r.hit_count_rank,
  (
    select sum(every.object_count)::bigint
    from logtally.hit_count_rank as every
    where every.content_type_id = t.content_type_id
  ) as object_count,
  h.first_hit_on,
  h.last_hit_on
from logtally.content_type as t
join logtally.object_hits as h
  on h.content_type_id = t.content_type_id
join logtally.hit_count_rank as r
  on r.content_type_id = h.content_type_id
  and r.hit_count = h.hit_count
where ($1::text is null or t.site = $1)
  and t.name = $2
  and h.object_id = $3
order by t.site;
