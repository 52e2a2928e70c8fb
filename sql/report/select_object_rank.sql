-- Tells one object's hits and rank within a period.
-- Reads: logtally.object_hits_daily. Writes: nothing.
-- Parameters: $1 number of the content type, $2 object id, $3 first day, $4 last day (-infinity and infinity if there is
-- none).
-- Returns: one row; hit_count (0 if it has none), hit_count_rank (1 + the number of objects with more), object_count
-- (objects of the type with hits in the period).
-- May be repeated. Locks nothing.
with asked as materialized (
  select coalesce(sum(hit_count), 0)::bigint as hit_count
  from logtally.object_hits_daily
  where content_type_id = $1::int
    and object_id = $2::text
    and hit_on between $3::date and $4::date
),
-- each node of Citus counts its own objects, and sends the two numbers
counted as (
  select
    count(*) filter (where every.hit_count > asked.hit_count) as objects_with_more,
    count(*) as object_count
  from (
    select
      object_id,
      sum(hit_count)::bigint as hit_count
    from logtally.object_hits_daily
    where content_type_id = $1::int
      and hit_on between $3::date and $4::date
    group by object_id
  ) as every
  cross join asked
)
select
  asked.hit_count,
  1 + counted.objects_with_more as hit_count_rank,
  counted.object_count
from asked
cross join counted;
