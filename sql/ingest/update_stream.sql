-- Records the last checkpoint of a stream, its path, when it was last seen, and its state.
-- Reads: logtally.stream_digest. Writes: logtally.log_stream. Parameters: $1 stream, $2 state, $3 path, $4 when, ISO 8601.
-- Returns: nothing.
-- May be repeated. Locks the stream's row. After insert_digests.sql.
update logtally.log_stream
set
  state = $2::text,
  known_bytes = (
    select coalesce(max(end_byte), 0)
    from logtally.stream_digest
    where stream_id = $1::bigint
  ),
  last_path = $3::text,
  last_seen_at = $4::timestamptz
where stream_id = $1::bigint;
