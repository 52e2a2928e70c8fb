-- Finds the parts of summaries whose rows do not add up to the requests of the batches that were counted in them: those of each addition
-- that is kept, and those of all together.
-- Reads: logtally.count_part, site_count, object_count, count_source, addition, batch. Writes: nothing. Parameters: none.
-- Returns: the first 10; differences (how many there are), part (its name), run_id and stream_id (null: of all), stored, counted.
-- May be repeated. Locks nothing.
with stored as (
  select
    sums.part,
    s.addition_id,
    sum(sums.requests)::bigint as requests
  from (
    -- added up before they come together: the nodes of Citus send sums then, and not their rows
    select
      part,
      source_id,
      sum(requests) as requests
    from logtally.site_count
    group by
      part,
      source_id
    union all
    select
      part,
      source_id,
      sum(requests) as requests
    from logtally.object_count
    group by
      part,
      source_id
  ) as sums
  left join logtally.count_source as s
    on s.source_id = sums.source_id
  group by
    sums.part,
    s.addition_id
),
counted as (
  select
    p.part,
    b.run_id,
    b.stream_id,
    sum(
      case
        when p.has_objects then b.counted
        else b.counted + b.unattributed
      end
    )::bigint as requests
  from logtally.batch as b
  join logtally.count_part as p
    on p.is_complete
    and p.summary = any(b.summaries)
  group by
    p.part,
    b.run_id,
    b.stream_id
),
compared as (
  select
    p.name as part,
    a.run_id,
    a.stream_id,
    coalesce(stored.requests, 0) as stored,
    coalesce(counted.requests, 0) as counted
  from logtally.count_part as p
  cross join logtally.addition as a
  left join stored
    on stored.part = p.part
    and stored.addition_id = a.addition_id
  left join counted
    on counted.part = p.part
    and counted.run_id = a.run_id
    and counted.stream_id = a.stream_id
  where p.is_complete
    and a.is_kept
  union all
  select
    p.name,
    null,
    null,
    coalesce(of_part.requests, 0),
    coalesce(of_batches.requests, 0)
  from logtally.count_part as p
  left join (
    select
      part,
      sum(requests)::bigint as requests
    from stored
    group by part
  ) as of_part
    on of_part.part = p.part
  left join (
    select
      part,
      sum(requests)::bigint as requests
    from counted
    group by part
  ) as of_batches
    on of_batches.part = p.part
  where p.is_complete
)
select
  count(*) over () as differences,
  part,
  run_id,
  stream_id,
  stored,
  counted
from compared
where stored <> counted
order by
  part,
  run_id nulls first,
  stream_id
limit 10;
