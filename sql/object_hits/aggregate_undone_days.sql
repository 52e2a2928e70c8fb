-- Adds up by object and day what the runs added, as negative gains, beside each object's total before.
-- Reads: logtally.added_hits, object_hits. Writes: day_gain.
-- Parameters: $1 runs, an array, $2 stream, null for all of theirs. Returns: nothing.
-- Once in each transaction, under the merge lock: the totals before must not move until they are updated.
insert into pg_temp.day_gain (content_type_id, object_id, hit_on, hit_count, hit_count_before)
with gain as materialized (
  select
    content_type_id,
    object_id,
    hit_on,
    -sum(hit_count)::bigint as hit_count
  from logtally.added_hits
  where run_id = any($1::int[])
    and ($2::bigint is null or stream_id = $2::bigint)
  group by
    content_type_id,
    object_id,
    hit_on
),
-- an inner join of its own, so that Citus sends the gains to the nodes, and not all objects to the gains
known as materialized (
  select
    h.content_type_id,
    h.object_id,
    h.hit_count
  from (
    select distinct
      content_type_id,
      object_id
    from gain
  ) as gained
  join logtally.object_hits as h
    on h.content_type_id = gained.content_type_id
    and h.object_id = gained.object_id
)
select
  gain.content_type_id,
  gain.object_id,
  gain.hit_on,
  gain.hit_count,
  coalesce(known.hit_count, 0) as hit_count_before
from gain
left join known
  on known.content_type_id = gain.content_type_id
  and known.object_id = gain.object_id
order by
  gain.content_type_id,
  gain.object_id,
  gain.hit_on;
