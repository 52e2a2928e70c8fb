-- Tells what was counted of a log.
-- Reads: logtally.batch. Writes: nothing. Parameters: $1 stream. Returns: one row; lines, counted.
-- May be repeated. Locks nothing.
select
  coalesce(sum(lines), 0)::bigint as lines,
  coalesce(sum(counted), 0)::bigint as counted
from logtally.batch
where stream_id = $1::bigint;
