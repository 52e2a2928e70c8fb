-- Records ranges of streams whose lines were counted, in the transaction that adds their hits.
-- Reads, writes: logtally.batch.
-- Parameters: $1 run, $2 the summaries beside the hits, an array; of each range, arrays of equal length: $3 stream, $4 path,
-- $5 first byte, $6 byte after the last, $7 lines, $8 counted, $9 without object, $10 filtered, $11 rejected, $12 lines rejected by
-- reason as JSON, $13 lines that were counted and are no hits because they are of robots. Returns: nothing.
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
  (select coalesce(max(batch_id), 0) from logtally.batch) + new_batch.place,
  $1::int,
  new_batch.path,
  new_batch.start_byte,
  new_batch.end_byte,
  new_batch.lines,
  new_batch.counted,
  new_batch.unattributed,
  new_batch.filtered,
  new_batch.rejected,
  new_batch.reject_reasons::jsonb,
  new_batch.stream_id,
  $2::text[],
  new_batch.robots
from unnest(
  $3::bigint[], $4::text[], $5::bigint[], $6::bigint[], $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::bigint[],
  $12::text[], $13::bigint[]
) with ordinality as new_batch (
  stream_id, path, start_byte, end_byte, lines, counted, unattributed, filtered, rejected, reject_reasons, robots, place
);
