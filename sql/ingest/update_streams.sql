-- Records the last checkpoints of streams, their paths, when they were last seen, and their states.
-- Reads: logtally.stream_digest. Writes: logtally.log_stream.
-- Parameters: $1 streams, each once, $2 states, $3 paths, arrays of equal length; $4 when, ISO 8601. Returns: nothing.
-- May be repeated. Locks the streams' rows. After insert_digests.sql.
update logtally.log_stream as s
set
  state = seen.state,
  known_bytes = (
    select coalesce(max(d.end_byte), 0)
    from logtally.stream_digest as d
    where d.stream_id = seen.stream_id
  ),
  last_path = seen.path,
  last_seen_at = $4::timestamptz
from unnest($1::bigint[], $2::text[], $3::text[]) as seen (stream_id, state, path)
where s.stream_id = seen.stream_id;
