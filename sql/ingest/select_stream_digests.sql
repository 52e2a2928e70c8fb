-- Lists the checkpoints of a stream.
-- Reads: logtally.stream_digest. Writes: nothing. Parameters: $1 stream.
-- Returns: end_byte, sha256 as hex; in the order of their positions.
-- May be repeated. Locks nothing.
select
  end_byte,
  encode(sha256, 'hex') as sha256
from logtally.stream_digest
where stream_id = $1::bigint
order by end_byte;
