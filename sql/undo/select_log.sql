-- Tells what was counted of a log.
-- Reads: logtally.batch. Writes: nothing. Parameters: $1 stream. Returns: one row; lines, hits.
-- May be repeated. Locks nothing.
select
  coalesce(sum(lines), 0)::bigint as lines,
  coalesce(sum(counted - robots), 0)::bigint as hits
from logtally.batch
where stream_id = $1::bigint;
