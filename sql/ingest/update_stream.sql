-- Records where a stream was last seen, and what state it is in.
-- Reads: nothing. Writes: logtally.log_stream. Parameters: $1 stream, $2 state, $3 path, $4 when, ISO 8601. Returns: nothing.
-- May be repeated. Locks the stream's row.
update logtally.log_stream
set
  state = $2::text,
  last_path = $3::text,
  last_seen_at = $4::timestamptz
where stream_id = $1::bigint;
