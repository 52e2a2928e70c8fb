-- Begins streams.
-- Reads, writes: logtally.log_stream. Parameters: $1 site; of each stream $2 state, $3 path and $4 number of its first 16 bytes or
-- null, arrays of equal length. Returns: stream_id, one row for each stream; the numbers rise in the order of the arrays.
-- Each repetition begins other streams. Needs the merge lock, which keeps the numbers unique.
insert into logtally.log_stream (stream_id, site, state, last_path, prefix_mark)
select
  (select coalesce(max(stream_id), 0) from logtally.log_stream) + new_stream.place,
  $1::text,
  new_stream.state,
  new_stream.path,
  new_stream.prefix_mark
from unnest($2::text[], $3::text[], $4::int[]) with ordinality as new_stream (state, path, prefix_mark, place)
returning stream_id;
