-- Finds, for each of some inputs, the streams whose beginning agrees with that of the input wherever both are known.
-- Reads: logtally.log_stream, stream_digest, batch. Writes: nothing.
-- Parameters: $1 inputs by number, $2 positions, $3 digests of the input's bytes up to them as hex, arrays of equal length; $4 the
-- path of standard input; $5 the regular positions, of which every stream has a digest that is long enough, an array.
-- Returns: input, stream_id, site, state, known_bytes (the last checkpoint), last_path, piped_run (the last run that counted any
-- of it from a pipe; null if none did); of each input the longest first.
-- May be repeated. Locks nothing.
with given (input, end_byte, sha256) as (
  select
    head.input,
    head.end_byte,
    decode(head.sha256, 'hex')
  from unnest($1::int[], $2::bigint[], $3::text[]) as head (input, end_byte, sha256)
),
-- the last of the positions that every stream has a digest of that is long enough; 0 if the input is too short to have one
last_common (input, end_byte) as (
  select
    input,
    coalesce(max(end_byte) filter (where end_byte = any($5::bigint[])), 0)
  from given
  group by input
),
-- thousands of logs may begin with the same 64 bytes: the long ones are found by their longest digest, and only the few
-- short ones by all of theirs
agreeing (input, stream_id) as (
  select
    given.input,
    d.stream_id
  from given
  join last_common
    on last_common.input = given.input
    and last_common.end_byte <= given.end_byte
  join logtally.stream_digest as d
    on d.sha256 = given.sha256
    and d.end_byte = given.end_byte
  union
  select
    given.input,
    d.stream_id
  from logtally.log_stream as s
  join logtally.stream_digest as d
    on d.stream_id = s.stream_id
  join given
    on given.end_byte = d.end_byte
    and given.sha256 = d.sha256
  join last_common
    on last_common.input = given.input
    and last_common.end_byte > s.known_bytes
  -- as the index log_stream_short says
  where s.known_bytes < 4096
)
select
  agreeing.input,
  s.stream_id,
  s.site,
  s.state,
  s.known_bytes,
  s.last_path,
  (
    select max(b.run_id)
    from logtally.batch as b
    where b.stream_id = s.stream_id
      and b.path = $4::text
  ) as piped_run
from agreeing
join logtally.log_stream as s
  on s.stream_id = agreeing.stream_id
where not exists (
    select 1
    from logtally.stream_digest as differing
    join given
      on given.end_byte = differing.end_byte
      and given.input = agreeing.input
    where differing.stream_id = s.stream_id
      and differing.sha256 <> given.sha256
  )
order by
  agreeing.input,
  s.known_bytes desc,
  s.stream_id;
