-- Lists the bytes of streams that were not counted though later ones were.
-- Reads: logtally.batch. Writes: nothing. Parameters: none.
-- Returns: stream_id, start_byte, end_byte; in the order of streams and positions.
-- May be repeated. Locks nothing.
select
  stream_id,
  counted_to as start_byte,
  start_byte as end_byte
from (
  select
    stream_id,
    start_byte,
    coalesce(
      max(end_byte) over (
        partition by stream_id
        order by start_byte
        rows between unbounded preceding and 1 preceding
      ),
      0
    ) as counted_to
  from logtally.batch
) as counted_range
where counted_to < start_byte
order by
  stream_id,
  counted_to;
