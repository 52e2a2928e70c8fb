-- Lists the streams with how far they were counted.
-- Reads: logtally.log_stream, batch, run. Writes: nothing. Parameters: $1 whether finished ones without gaps are listed too.
-- Returns: stream_id, site, state, last_path, last_seen_at (ISO 8601, UTC), counted_to (the byte after the last
-- that was counted), counted_bytes, lines, host (of the run that counted the last of it; null if nothing is counted); in the order of
-- their numbers.
-- May be repeated. Locks nothing.
with counted as (
  select
    stream_id,
    max(end_byte) as counted_to,
    sum(end_byte - start_byte) as bytes,
    sum(lines)::bigint as lines
  from logtally.batch
  group by stream_id
),
last_batch as (
  select distinct on (stream_id)
    stream_id,
    run_id
  from logtally.batch
  order by
    stream_id,
    committed_at desc,
    batch_id desc
)
select
  s.stream_id,
  s.site,
  s.state,
  s.last_path,
  to_char(s.last_seen_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as last_seen_at,
  coalesce(c.counted_to, 0) as counted_to,
  coalesce(c.bytes, 0)::bigint as counted_bytes,
  coalesce(c.lines, 0) as lines,
  r.host
from logtally.log_stream as s
left join counted as c
  on c.stream_id = s.stream_id
left join last_batch as l
  on l.stream_id = s.stream_id
left join logtally.run as r
  on r.run_id = l.run_id
where $1::boolean
  or s.state <> 'final'
  or c.bytes < c.counted_to
order by s.stream_id;
