-- Records a range of a stream whose lines were counted, in the transaction that adds its hits.
-- Reads, writes: logtally.batch.
-- Parameters: $1 run, $2 path, $3 first byte, $4 byte after the last, $5 lines, $6 counted, $7 without object,
-- $8 filtered, $9 rejected, $10 lines rejected by reason as JSON, $11 stream, $12 the summaries
-- beside the hits, an array, $13 lines that were counted and are no hits because they are of robots. Returns: nothing.
-- Fails when repeated: its key refuses to count the same bytes of a stream twice. Under the merge lock.
insert into logtally.batch (
  batch_id,
  run_id,
  path,
  start_byte,
  end_byte,
  lines,
  counted,
  unattributed,
  filtered,
  rejected,
  reject_reasons,
  stream_id,
  summaries,
  robots
)
select
  coalesce(max(batch_id), 0) + 1,
  $1::int,
  $2::text,
  $3::bigint,
  $4::bigint,
  $5::bigint,
  $6::bigint,
  $7::bigint,
  $8::bigint,
  $9::bigint,
  $10::jsonb,
  $11::bigint,
  $12::text[],
  $13::bigint
from logtally.batch;
