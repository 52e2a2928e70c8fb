-- Lists the objects of a content type with the most hits.
-- Reads: logtally.object_hits, hit_count_rank. Writes: nothing.
-- Parameters: $1 content type's number, $2 hits that an object needs at least, of select_top_types.sql: as a value of its own
-- it lets the planner see that few objects have so many, and use the small index on hit_count; $3 objects at most.
-- Returns: object_id, hit_count, hit_count_rank, first_hit_on, last_hit_on; best first.
-- May be repeated. Locks nothing.
select
  top.object_id,
  top.hit_count,
  r.hit_count_rank,
  top.first_hit_on,
  top.last_hit_on
from (
  select
    content_type_id,
    object_id,
    hit_count,
    first_hit_on,
    last_hit_on
  from logtally.object_hits
  where content_type_id = $1::int
    and hit_count >= $2::bigint
  order by
    hit_count desc,
    object_id
  limit $3::int
) as top
join logtally.hit_count_rank as r
  on r.content_type_id = top.content_type_id
  and r.hit_count = top.hit_count
order by
  top.hit_count desc,
  top.object_id;
