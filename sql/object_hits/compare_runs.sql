-- Finds the runs whose deltas of a log, if they are kept, do not add up to the lines that their batches counted of it.
-- Reads: logtally.batch, hit_delta. Writes: nothing. Parameters: none.
-- Returns: the first 10; differences (how many there are), run_id, stream_id, counted, delta_hits.
-- May be repeated. Locks nothing.
with delta as (
  select
    run_id,
    stream_id,
    sum(hit_count)::bigint as delta_hits
  from logtally.hit_delta
  group by
    run_id,
    stream_id
),
counted as (
  select
    run_id,
    stream_id,
    sum(counted)::bigint as counted
  from logtally.batch
  group by
    run_id,
    stream_id
)
select
  count(*) over () as differences,
  delta.run_id,
  delta.stream_id,
  coalesce(counted.counted, 0) as counted,
  delta.delta_hits
from delta
left join counted
  on counted.run_id = delta.run_id
  and counted.stream_id = delta.stream_id
where delta.delta_hits <> coalesce(counted.counted, 0)
order by
  delta.run_id,
  delta.stream_id
limit 10;
