-- Adds up what is counted of the logs of each site.
-- Reads: logtally.log_stream, batch. Writes: nothing. Parameters: none.
-- Returns: site, batches, bytes, counted, unattributed, filtered, rejected, reasons (JSON: arrays of a reason and its lines),
-- last_commit_at (ISO 8601, UTC); in the order of sites.
-- May be repeated. Locks nothing.
with counted as (
  select
    s.site,
    count(*) as batches,
    sum(b.end_byte - b.start_byte)::bigint as bytes,
    sum(b.counted)::bigint as counted,
    sum(b.unattributed)::bigint as unattributed,
    sum(b.filtered)::bigint as filtered,
    sum(b.rejected)::bigint as rejected,
    max(b.committed_at) as last_commit_at
  from logtally.batch as b
  join logtally.log_stream as s
    on s.stream_id = b.stream_id
  group by s.site
),
reason as (
  select
    s.site,
    each_reason.key as name,
    sum(each_reason.value::bigint) as lines
  from logtally.batch as b
  join logtally.log_stream as s
    on s.stream_id = b.stream_id
  cross join lateral jsonb_each_text(b.reject_reasons) as each_reason
  group by
    s.site,
    each_reason.key
)
select
  counted.site,
  counted.batches,
  counted.bytes,
  counted.counted,
  counted.unattributed,
  counted.filtered,
  counted.rejected,
  coalesce(
    (
      select jsonb_agg(jsonb_build_array(reason.name, reason.lines) order by reason.name)::text
      from reason
      where reason.site = counted.site
    ),
    '[]'
  ) as reasons,
  to_char(counted.last_commit_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as last_commit_at
from counted
order by counted.site;
