-- Recomputes how many objects share each hit count, and their rank, and finds the rows that differ.
-- Reads: logtally.object_hits, hit_count_rank, content_type. Writes: nothing. Parameters: none.
-- Returns: the first 10; differences (how many there are), content_type_id, site and content_type (null if the
-- dictionary lacks it), hit_count, stored_objects and stored_rank (null if no row is stored), objects and rank (null
-- if no object has so many hits).
-- May be repeated. Locks nothing.
with recomputed as (
  select
    content_type_id,
    hit_count,
    count(*) as objects,
    1 + coalesce(
      sum(count(*)) over (
        partition by content_type_id
        order by hit_count desc
        rows between unbounded preceding and 1 preceding
      ),
      0
    )::bigint as rank
  from logtally.object_hits
  group by
    content_type_id,
    hit_count
)
select
  count(*) over () as differences,
  content_type_id,
  t.site,
  t.name as content_type,
  hit_count,
  stored.object_count as stored_objects,
  stored.hit_count_rank as stored_rank,
  recomputed.objects,
  recomputed.rank
from logtally.hit_count_rank as stored
full join recomputed
  using (content_type_id, hit_count)
left join logtally.content_type as t
  using (content_type_id)
where stored.object_count is distinct from recomputed.objects
  or stored.hit_count_rank is distinct from recomputed.rank
order by
  content_type_id,
  hit_count desc
limit 10;
