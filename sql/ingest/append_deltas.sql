-- Keeps what the batch adds, for undo.
-- Reads: day_gain. Writes: logtally.hit_delta. Parameters: $1 run. Returns: nothing.
-- Once in each transaction. Locks nothing: rows are only appended.
insert into logtally.hit_delta (run_id, content_type_id, object_id, hit_on, hit_count)
select
  $1::int,
  content_type_id,
  object_id,
  hit_on,
  hit_count
from pg_temp.day_gain;
