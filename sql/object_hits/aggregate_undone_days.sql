-- Adds up by object and day what the runs added, as negative gains, beside each object's total before.
-- Reads: logtally.addition, object_hits_daily, hit_delta, hit_share (as added_hits does), object_hits. Writes: day_gain.
-- Parameters: $1 runs, an array, $2 stream, null for all of theirs. Returns: nothing.
-- Once in each transaction, under the merge lock: the totals before must not move until they are updated.
insert into pg_temp.day_gain (content_type_id, object_id, hit_on, hit_count, hit_count_before)
with own as materialized (
  select
    content_type_id,
    object_id,
    hit_on,
    sum(hit_count) as hit_count
  from (
    select
      a.run_id,
      a.stream_id,
      d.content_type_id,
      d.object_id,
      d.hit_on,
      d.hit_count
    from logtally.addition as a
    join logtally.object_hits_daily as d
      on d.added_by = a.addition_id
    where a.is_kept
    union all
    select
      a.run_id,
      a.stream_id,
      d.content_type_id,
      d.object_id,
      d.hit_on,
      d.hit_count
    from logtally.addition as a
    join logtally.hit_delta as d
      on d.addition_id = a.addition_id
    where a.is_kept
  ) as added
  where run_id = any($1::int[])
    and ($2::bigint is null or stream_id = $2::bigint)
  group by
    content_type_id,
    object_id,
    hit_on
),
-- apart from the others: each node of Citus has all shares, and would send all that it has of the others to be put together
shared as materialized (
  select
    s.content_type_id,
    share.object_id,
    s.hit_on,
    sum(share.hit_count) as hit_count
  from logtally.addition as a
  join logtally.hit_share as s
    on s.addition_id = a.addition_id
  cross join unnest(s.object_ids, s.hit_counts) as share (object_id, hit_count)
  where a.is_kept
    and a.run_id = any($1::int[])
    and ($2::bigint is null or a.stream_id = $2::bigint)
  group by
    s.content_type_id,
    share.object_id,
    s.hit_on
),
gain as materialized (
  select
    content_type_id,
    object_id,
    hit_on,
    -sum(hit_count)::bigint as hit_count
  from (
    select
      content_type_id,
      object_id,
      hit_on,
      hit_count
    from own
    union all
    select
      content_type_id,
      object_id,
      hit_on,
      hit_count
    from shared
  ) as added
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
