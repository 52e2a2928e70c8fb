-- Lists what each batch of a stream has counted.
-- Reads: logtally.batch. Writes: nothing. Parameters: $1 stream.
-- Returns: run_id, start_byte, end_byte, lines, counted, robots, unattributed, filtered, rejected, summaries (their names, with
-- commas between them); in the order of their positions.
-- May be repeated. Locks nothing.
select
  run_id,
  start_byte,
  end_byte,
  lines,
  counted,
  robots,
  unattributed,
  filtered,
  rejected,
  array_to_string(summaries, ',') as summaries
from logtally.batch
where stream_id = $1::bigint
order by start_byte;
