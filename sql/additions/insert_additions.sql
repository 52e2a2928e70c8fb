-- Gives what the run adds of each log the next free number, unless it has one from an earlier merge.
-- Reads, writes: logtally.addition. Parameters: $1 run, $2 streams, an array, the same one more than once if need be, null for none.
-- Returns: nothing.
-- May be repeated. Needs the merge lock: the numbers are given without gaps, in the order of the streams.
insert into logtally.addition (addition_id, run_id, stream_id)
select
  (select coalesce(max(addition_id), 0) from logtally.addition)
    + row_number() over (order by staged.stream_id),
  $1::int,
  staged.stream_id
from (
  select distinct stream_id
  from unnest($2::bigint[]) as named (stream_id)
  where stream_id is not null
) as staged
left join logtally.addition as known
  on known.run_id = $1::int
  and known.stream_id = staged.stream_id
where known.addition_id is null
on conflict do nothing;
