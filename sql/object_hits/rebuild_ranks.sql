-- Recomputes how many objects share each hit count, and their rank, 1 + the number of objects with more hits.
-- Reads: logtally.object_hits. Writes: logtally.hit_count_rank. Parameters: none. Returns: nothing.
-- After delete_ranks.sql, in its transaction, under the merge lock. At most sqrt(2 x hits) rows a type.
insert into logtally.hit_count_rank (content_type_id, hit_count, object_count, hit_count_rank)
select
  content_type_id,
  hit_count,
  count(*) as object_count,
  1 + coalesce(
    sum(count(*)) over (
      partition by content_type_id
      order by hit_count desc
      rows between unbounded preceding and 1 preceding
    ),
    0
  )::bigint as hit_count_rank
from logtally.object_hits
group by
  content_type_id,
  hit_count;
