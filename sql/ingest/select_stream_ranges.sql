-- Lists what was counted of a stream.
-- Reads: logtally.batch. Writes: nothing. Parameters: $1 stream.
-- Returns: start_byte, end_byte, lines, counted, robots, unattributed, filtered, rejected, run_id, summaries (their names, with
-- commas between them); in the order of their positions.
-- May be repeated. Locks nothing.
select
  start_byte,
  end_byte,
  lines,
  counted,
  robots,
  unattributed,
  filtered,
  rejected,
  run_id,
  array_to_string(summaries, ',') as summaries
from logtally.batch
where stream_id = $1::bigint
order by start_byte;
