-- Keeps the hits that the transaction adds of a log, for undo.
-- Reads: day_gain. Writes: logtally.hit_delta. Parameters: $1 run, $2 stream. Returns: nothing.
-- Once in each transaction, after the hits were merged. Locks nothing: rows are only appended.
insert into logtally.hit_delta (run_id, stream_id, content_type_id, object_id, hit_on, hit_count)
select
  $1::int,
  $2::bigint,
  content_type_id,
  object_id,
  hit_on,
  hit_count
from pg_temp.day_gain;
