-- Begins to read the requests that a person asks for, in the order of time; those of one time in the order of their log.
-- Reads: logtally.request, count_source. Writes: nothing.
-- Parameters: $1 first day, $2 last day, $3 sources, $4 users, $5 sessions, $6 sites, $7 statuses, $8 methods, $9 content types,
-- $10 object ids, $11 clients, arrays; null for all, in each of these. $12 whether the newest come first, $13 requests at most, null
-- for all; $14 the day (UTC) from which on and $15 the one before which they came, null for any.
-- Returns: nothing; fetch_rows.sql gives the rows.
-- Once in each transaction until close_rows.sql. Locks nothing that others wait for.
declare exported_row no scroll cursor for
select
  to_char(r.requested_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as requested_at,
  r.day::text as day,
  s.site,
  r.client,
  r.user_name,
  r.session,
  r.method,
  r.path,
  r.query,
  r.status,
  r.bytes,
  r.referrer,
  r.user_agent,
  r.content_type,
  r.object,
  r.extra::text as extra
from logtally.request as r
join logtally.count_source as s
  on s.source_id = r.source_id
where r.day >= coalesce($1::date, '-infinity')
  and r.day <= coalesce($2::date, 'infinity')
  -- the index knows times, not days, which differ by the offsets of the line and of the session
  and r.requested_at >= coalesce($1::date - 2, '-infinity')
  and r.requested_at <= coalesce($2::date + 3, 'infinity')
  and r.requested_at >= coalesce($14::date::timestamp at time zone 'UTC', '-infinity')
  and r.requested_at < coalesce($15::date::timestamp at time zone 'UTC', 'infinity')
  and ($3::bigint[] is null or r.source_id = any($3::bigint[]))
  and ($4::text[] is null or r.user_name = any($4::text[]))
  and ($5::text[] is null or r.session = any($5::text[]))
  and ($6::text[] is null or s.site = any($6::text[]))
  and ($7::int[] is null or r.status = any($7::int[]))
  and ($8::text[] is null or r.method = any($8::text[]))
  and ($9::text[] is null or r.content_type = any($9::text[]))
  and ($10::text[] is null or r.object = any($10::text[]))
  and ($11::text[] is null or r.client = any($11::text[]))
order by
  case when $12::boolean then r.requested_at end desc,
  case when $12::boolean then r.source_id end desc,
  case when $12::boolean then r.ctid end desc,
  r.requested_at,
  r.source_id,
  r.ctid
limit $13::bigint;
