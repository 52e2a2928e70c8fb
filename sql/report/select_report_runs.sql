-- Adds up the account of the lines by the day (UTC) on which they were read.
-- Reads: logtally.batch. Writes: nothing. Parameters: $1 days at most.
-- Returns: run_on, runs, lines, counted, unattributed, filtered, rejected, reasons (JSON: arrays of a reason and its lines,
-- most first); the last day first.
-- May be repeated. Locks nothing.
with dated as (
  select
    (committed_at at time zone 'UTC')::date as run_on,
    run_id,
    lines,
    counted,
    unattributed,
    filtered,
    rejected,
    reject_reasons
  from logtally.batch
),
daily as (
  select
    run_on,
    count(distinct run_id) as runs,
    sum(lines)::bigint as lines,
    sum(counted)::bigint as counted,
    sum(unattributed)::bigint as unattributed,
    sum(filtered)::bigint as filtered,
    sum(rejected)::bigint as rejected
  from dated
  group by run_on
  order by run_on desc
  limit $1::int
),
reason as (
  select
    dated.run_on,
    each_reason.key as name,
    sum(each_reason.value::bigint) as lines
  from dated
  cross join lateral jsonb_each_text(dated.reject_reasons) as each_reason
  group by
    dated.run_on,
    each_reason.key
)
select
  daily.run_on,
  daily.runs,
  daily.lines,
  daily.counted,
  daily.unattributed,
  daily.filtered,
  daily.rejected,
  coalesce(
    (
      select
        jsonb_agg(
          jsonb_build_array(reason.name, reason.lines)
          order by
            reason.lines desc,
            reason.name
        )::text
      from reason
      where reason.run_on = daily.run_on
    ),
    '[]'
  ) as reasons
from daily
order by daily.run_on desc;
