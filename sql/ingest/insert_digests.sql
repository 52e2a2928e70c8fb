-- Adds checkpoints of streams that are not known yet.
-- Reads: nothing. Writes: logtally.stream_digest.
-- Parameters: $1 streams, $2 positions, $3 digests as hex, arrays of equal length. Returns: nothing.
-- May be repeated. Under the merge lock.
insert into logtally.stream_digest (stream_id, end_byte, sha256)
select
  found.stream_id,
  found.end_byte,
  decode(found.sha256, 'hex')
from unnest($1::bigint[], $2::bigint[], $3::text[]) as found (stream_id, end_byte, sha256)
on conflict (stream_id, end_byte) do nothing;
