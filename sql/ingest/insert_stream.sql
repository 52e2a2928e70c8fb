-- Begins a stream.
-- Reads, writes: logtally.log_stream. Parameters: $1 site, $2 state, $3 path,
-- $4 number of its first 16 bytes or null. Returns: one row; stream_id, the new stream.
-- Each repetition is a stream of its own. Needs the merge lock, which keeps the numbers unique.
insert into logtally.log_stream (stream_id, site, state, last_path, prefix_mark)
select
  coalesce(max(stream_id), 0) + 1,
  $1::text,
  $2::text,
  $3::text,
  $4::int
from logtally.log_stream
returning stream_id;
