-- Tells one object's hits and rank within a period.
-- Reads: logtally.object_hits_yearly, object_hits_daily. Writes: nothing.
-- Parameters: $1 number of the content type, $2 object id. What is added up already, arrays of equal length: $3 first days of
-- years, in their order, $4 and $5 the month before and the last month that count, 0 to 12. $6 and $7 first and last days of
-- six spans of days to be read.
-- Returns: one row; hit_count (0 if it has none), hit_count_rank (1 + the number of objects with more), object_count
-- (objects of the type with hits in the period).
-- May be repeated. Locks nothing.
with counted as not materialized (
  select
    object_id,
    sum(hit_count)::bigint as hit_count
  from (
    select
      y.object_id,
      y.running_hits[w.last_month] - coalesce(y.running_hits[w.month_before], 0) as hit_count
    from logtally.object_hits_yearly as y
    join unnest($3::date[], $4::int[], $5::int[]) as w (year_on, month_before, last_month)
      on w.year_on = y.year_on
    where y.content_type_id = $1::int
      -- for the index on year_on
      and y.year_on between ($3::date[])[1] and ($3::date[])[cardinality($3::date[])]
    union all
    select
      object_id,
      hit_count
    from logtally.object_hits_daily
    where content_type_id = $1::int
      and (
        hit_on between ($6::date[])[1] and ($7::date[])[1]
        or hit_on between ($6::date[])[2] and ($7::date[])[2]
        or hit_on between ($6::date[])[3] and ($7::date[])[3]
        or hit_on between ($6::date[])[4] and ($7::date[])[4]
        or hit_on between ($6::date[])[5] and ($7::date[])[5]
        or hit_on between ($6::date[])[6] and ($7::date[])[6]
      )
  ) as part
  group by object_id
  having sum(hit_count) > 0
),
asked as materialized (
  select coalesce(sum(hit_count), 0)::bigint as hit_count
  from counted
  where object_id = $2::text
),
-- compared by a subquery, not by a join: then each node of Citus counts its own objects, and sends two numbers
compared as materialized (
  select
    count(*) filter (
      where hit_count > (
        select hit_count
        from asked
      )
    ) as objects_with_more,
    count(*) as object_count
  from counted
)
select
  asked.hit_count,
  1 + compared.objects_with_more as hit_count_rank,
  compared.object_count
from asked
cross join compared;
