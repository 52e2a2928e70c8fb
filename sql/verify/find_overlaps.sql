-- Finds the ranges of a stream that begin before the ranges counted earlier in it end.
-- Reads: logtally.batch. Writes: nothing. Parameters: none.
-- Returns: the first 10; differences (how many there are), stream_id, batch_id, path, start_byte, end_byte, counted_to (where
-- the ranges before it end).
-- May be repeated. Locks nothing.
select
  count(*) over () as differences,
  stream_id,
  batch_id,
  path,
  start_byte,
  end_byte,
  counted_to
from (
  select
    stream_id,
    batch_id,
    path,
    start_byte,
    end_byte,
    max(end_byte) over (
      partition by stream_id
      order by start_byte
      rows between unbounded preceding and 1 preceding
    ) as counted_to
  from logtally.batch
) as counted_range
where start_byte < counted_to
order by
  stream_id,
  start_byte
limit 10;
