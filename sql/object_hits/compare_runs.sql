-- Finds the runs that, if it is kept what they added of a log, added other hits than their batches counted of it, and the hits that
-- are kept for no run.
-- Reads: logtally.addition, object_hits_daily, hit_delta, hit_share, batch. Writes: nothing. Parameters: none.
-- Returns: the first 10; differences (how many there are), addition_id, run_id and stream_id (null if there is no such addition),
-- counted, delta_hits.
-- May be repeated. Locks nothing.
with added as (
  select
    addition_id,
    sum(hit_count)::bigint as delta_hits
  from (
    -- added up before they come together: the nodes of Citus send sums then, and not their rows
    select
      added_by as addition_id,
      sum(hit_count) as hit_count
    from logtally.object_hits_daily
    where added_by is not null
    group by added_by
    union all
    select
      addition_id,
      sum(hit_count) as hit_count
    from logtally.hit_delta
    group by addition_id
    union all
    select
      s.addition_id,
      sum(share.hit_count) as hit_count
    from logtally.hit_share as s
    cross join unnest(s.hit_counts) as share (hit_count)
    group by s.addition_id
  ) as hits
  group by addition_id
),
counted as (
  select
    run_id,
    stream_id,
    sum(counted - robots)::bigint as counted
  from logtally.batch
  group by
    run_id,
    stream_id
)
select
  count(*) over () as differences,
  addition_id,
  a.run_id,
  a.stream_id,
  coalesce(counted.counted, 0) as counted,
  coalesce(added.delta_hits, 0) as delta_hits
from added
full join logtally.addition as a
  using (addition_id)
left join counted
  on counted.run_id = a.run_id
  and counted.stream_id = a.stream_id
where a.run_id is null
  or (a.is_kept and coalesce(added.delta_hits, 0) <> coalesce(counted.counted, 0))
order by addition_id
limit 10;
