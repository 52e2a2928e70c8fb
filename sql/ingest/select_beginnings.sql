-- Lists the digests by which the beginnings of a site's logs are recognised in the middle of a pipe or an archive.
-- Reads: logtally.log_stream, stream_digest, batch. Writes: nothing.
-- Parameters: $1 site, $2 a batch: only streams of which a later one was counted; 0 for all. $3 the path of standard input,
-- $4 digits that are wanted of a digest, $5 bytes up to which all digests are wanted, $6 further positions, an array.
-- Returns: stream_id, prefix_mark (null if the log had fewer than 16 bytes at first), is_piped (whether any of it was counted
-- from a pipe), digests (text: positions, each with the first digits of its digest as hex, `16:0123456789abcdef 32:...`,
-- ascending).
-- May be repeated. Locks nothing.
select
  s.stream_id,
  s.prefix_mark,
  exists (
    select 1
    from logtally.batch as piped
    where piped.stream_id = s.stream_id
      and piped.path = $3::text
  ) as is_piped,
  string_agg(d.end_byte || ':' || left(encode(d.sha256, 'hex'), $4::int), ' ' order by d.end_byte) as digests
from logtally.log_stream as s
join logtally.stream_digest as d
  on d.stream_id = s.stream_id
where s.site = $1::text
  and s.stream_id in (
    select b.stream_id
    from logtally.batch as b
    where b.batch_id > $2::bigint
  )
  -- the other digests are looked at if a beginning seems to be found
  and (
    d.end_byte <= $5::bigint
    or d.end_byte = any($6::bigint[])
    or d.end_byte = s.known_bytes
  )
group by
  s.stream_id,
  s.prefix_mark;
