-- Drops a checkpoint of a stream at which no batch ends any more.
-- Reads: nothing. Writes: logtally.stream_digest. Parameters: $1 stream, $2 its position. Returns: nothing.
-- May be repeated. Under the merge lock.
delete from logtally.stream_digest
where stream_id = $1::bigint
  and end_byte = $2::bigint;
