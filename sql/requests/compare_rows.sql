-- Finds the logs of which more requests are stored than runs have counted, and requests of no log. Pruned and forgotten ones may
-- be missing, and so may the record of a run that cannot be undone.
-- Reads: logtally.request, count_source, addition, batch. Writes: nothing. Parameters: none.
-- Returns: the first 10; differences (how many there are), run_id and stream_id (null: of no log), stored, counted.
-- May be repeated. Locks nothing.
with stored as (
  select
    s.addition_id,
    sum(r.requests)::bigint as requests
  from (
    select
      source_id,
      count(*) as requests
    from logtally.request
    group by source_id
  ) as r
  left join logtally.count_source as s
    on s.source_id = r.source_id
  group by s.addition_id
),
counted as (
  select
    a.addition_id,
    a.run_id,
    a.stream_id,
    sum(b.counted + b.unattributed)::bigint as requests
  from logtally.addition as a
  join logtally.batch as b
    on b.run_id = a.run_id
    and b.stream_id = a.stream_id
  where 'requests' = any(b.summaries)
  group by
    a.addition_id,
    a.run_id,
    a.stream_id
)
select
  count(*) over () as differences,
  a.run_id,
  a.stream_id,
  coalesce(stored.requests, 0) as stored,
  coalesce(counted.requests, 0) as counted
from stored
left join logtally.addition as a
  on a.addition_id = stored.addition_id
left join counted
  on counted.addition_id = a.addition_id
where coalesce(stored.requests, 0) > coalesce(counted.requests, 0)
order by
  a.run_id,
  a.stream_id
limit 10;
