-- Remembers an archive that was read to its end, so that it need not be unpacked again.
-- Reads: nothing. Writes: logtally.known_archive.
-- Parameters: $1 packed bytes, $2 time of its last change, $3 digest of its first and last bytes as hex, $4 site, $5 stream.
-- Returns: nothing. May be repeated.
insert into logtally.known_archive (packed_bytes, modified_at, ends_sha256, site, stream_id)
values ($1::bigint, $2::text, decode($3::text, 'hex'), $4::text, $5::bigint)
on conflict do nothing;
