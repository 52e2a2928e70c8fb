-- Records that logs were seen, of which nothing was new.
-- Reads: nothing. Writes: logtally.log_stream. Parameters: $1 streams, an array, $2 when, ISO 8601. Returns: nothing.
-- May be repeated. Locks the streams' rows. Under the merge lock.
update logtally.log_stream
set last_seen_at = $2::timestamptz
where stream_id = any($1::bigint[]);
