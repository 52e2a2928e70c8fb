-- Remembers archives that were read to their ends, so that they need not be unpacked again.
-- Reads: nothing. Writes: logtally.known_archive.
-- Parameters: $1 packed bytes, $2 times of their last changes, $3 digests of their first and last bytes as hex, $4 streams, arrays of
-- equal length; $5 site. Returns: nothing. May be repeated.
insert into logtally.known_archive (packed_bytes, modified_at, ends_sha256, site, stream_id)
select
  archive.packed_bytes,
  archive.modified_at,
  decode(archive.ends_sha256, 'hex'),
  $5::text,
  archive.stream_id
from unnest($1::bigint[], $2::text[], $3::text[], $4::bigint[]) as archive (packed_bytes, modified_at, ends_sha256, stream_id)
on conflict do nothing;
