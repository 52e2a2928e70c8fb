-- Finds those of some archives that were read to their end before.
-- Reads: logtally.known_archive, batch. Writes: nothing.
-- Parameters: $1 packed bytes, $2 times of their last changes, $3 digests of their first and last bytes as hex, arrays of equal
-- length; $4 site.
-- Returns: one row for each that was; place (in the arrays, from 1 on), counted_bytes (the byte after the last that was counted),
-- has_gap, countings (the numbers of the runs that counted it, each with the summaries that it kept: `1 statuses,agents`, one in a line).
-- May be repeated. Locks nothing.
select
  given.place,
  max(b.end_byte) as counted_bytes,
  sum(b.end_byte - b.start_byte) < max(b.end_byte) as has_gap,
  string_agg(distinct b.run_id || ' ' || array_to_string(b.summaries, ','), e'\n') as countings
from unnest($1::bigint[], $2::text[], $3::text[]) with ordinality
  as given (packed_bytes, modified_at, ends_sha256, place)
join logtally.known_archive as a
  on a.packed_bytes = given.packed_bytes
  and a.modified_at = given.modified_at
  and a.ends_sha256 = decode(given.ends_sha256, 'hex')
  and a.site = $4::text
join logtally.batch as b
  on b.stream_id = a.stream_id
group by
  given.place,
  a.stream_id;
