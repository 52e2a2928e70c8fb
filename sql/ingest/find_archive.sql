-- Finds the stream of an archive that was read to its end before.
-- Reads: logtally.known_archive, log_stream. Writes: nothing.
-- Parameters: $1 packed bytes, $2 time of its last change, $3 digest of its first and last bytes as hex, $4 site.
-- Returns: one row or none; stream_id, counted_bytes (the byte after the last that was counted), has_gap, runs (the numbers of
-- the runs that counted it, text).
-- May be repeated. Locks nothing.
select
  a.stream_id,
  max(b.end_byte) as counted_bytes,
  sum(b.end_byte - b.start_byte) < max(b.end_byte) as has_gap,
  string_agg(distinct b.run_id::text, ' ') as runs
from logtally.known_archive as a
join logtally.batch as b
  on b.stream_id = a.stream_id
where a.packed_bytes = $1::bigint
  and a.modified_at = $2::text
  and a.ends_sha256 = decode($3::text, 'hex')
  and a.site = $4::text
group by a.stream_id;
