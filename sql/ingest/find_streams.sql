-- Finds the streams whose beginning agrees with the beginning of an input wherever both are known.
-- Reads: logtally.log_stream, stream_digest, batch. Writes: nothing.
-- Parameters: $1 positions, $2 digests of the input's bytes up to them as hex, arrays of equal length; $3 the path of
-- standard input; $4 the regular positions, of which every stream has a digest that is long enough, an array.
-- Returns: stream_id, site, state, known_bytes (the last checkpoint), last_path, piped_run (the last run that counted any
-- of it from a pipe; null if none did); the longest first.
-- May be repeated. Locks nothing.
with given (end_byte, sha256) as (
  select
    head.end_byte,
    decode(head.sha256, 'hex')
  from unnest($1::bigint[], $2::text[]) as head (end_byte, sha256)
),
-- the last of the positions that every stream has a digest of that is long enough
last_common (end_byte) as (
  select max(end_byte)
  from given
  where end_byte = any($4::bigint[])
),
-- thousands of logs may begin with the same 64 bytes: the long ones are found by their longest digest, and only the few
-- short ones by all of theirs
agreeing (stream_id) as (
  select d.stream_id
  from given
  join logtally.stream_digest as d
    on d.sha256 = given.sha256
    and d.end_byte = given.end_byte
  where given.end_byte >= coalesce((select end_byte from last_common), 0)
  union
  select d.stream_id
  from logtally.log_stream as s
  join logtally.stream_digest as d
    on d.stream_id = s.stream_id
  join given
    on given.end_byte = d.end_byte
    and given.sha256 = d.sha256
  -- as the index log_stream_short says
  where s.known_bytes < 4096
    and s.known_bytes < (select end_byte from last_common)
)
select
  s.stream_id,
  s.site,
  s.state,
  s.known_bytes,
  s.last_path,
  (
    select max(b.run_id)
    from logtally.batch as b
    where b.stream_id = s.stream_id
      and b.path = $3::text
  ) as piped_run
from agreeing
join logtally.log_stream as s
  on s.stream_id = agreeing.stream_id
where not exists (
    select 1
    from logtally.stream_digest as differing
    join given
      on given.end_byte = differing.end_byte
    where differing.stream_id = s.stream_id
      and differing.sha256 <> given.sha256
  )
order by
  s.known_bytes desc,
  s.stream_id;
