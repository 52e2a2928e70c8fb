-- Lists the checkpoints of a stream, or those of its end.
-- Reads: logtally.stream_digest. Writes: nothing. Parameters: $1 stream, $2 the first position that is wanted.
-- Returns: end_byte, sha256 as hex; in the order of their positions.
-- May be repeated. Locks nothing.
select
  end_byte,
  encode(sha256, 'hex') as sha256
from logtally.stream_digest
where stream_id = $1::bigint
  and end_byte >= $2::bigint
order by end_byte;
