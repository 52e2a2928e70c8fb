-- Finds the streams whose beginning agrees with the beginning of an input wherever both are known.
-- Reads: logtally.log_stream, stream_digest. Writes: nothing.
-- Parameters: $1 positions, $2 digests of the input's bytes up to them as hex, arrays of equal length.
-- Returns: stream_id, site, state, known_bytes (the last checkpoint); the longest first.
-- May be repeated. Locks nothing.
with given (end_byte, sha256) as (
  select
    head.end_byte,
    decode(head.sha256, 'hex')
  from unnest($1::bigint[], $2::text[]) as head (end_byte, sha256)
)
select
  s.stream_id,
  s.site,
  s.state,
  max(d.end_byte) as known_bytes
from logtally.log_stream as s
join logtally.stream_digest as d
  on d.stream_id = s.stream_id
where s.stream_id in (
    select agreeing.stream_id
    from logtally.stream_digest as agreeing
    join given
      on given.sha256 = agreeing.sha256
      and given.end_byte = agreeing.end_byte
  )
  and s.stream_id not in (
    select differing.stream_id
    from logtally.stream_digest as differing
    join given
      on given.end_byte = differing.end_byte
    where differing.sha256 <> given.sha256
  )
group by
  s.stream_id,
  s.site,
  s.state
order by
  known_bytes desc,
  s.stream_id;
