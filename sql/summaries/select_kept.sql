-- Tells since when each summary beside the hits is kept, and how many requests were counted without it.
-- Reads: logtally.count_part, batch. Writes: nothing. Parameters: none.
-- Returns: summary, kept_since (day of the first run that kept it, UTC; null if none did), requests (all that were counted), without
-- (those that it lacks).
-- May be repeated. Locks nothing.
with summary as (
  select distinct summary as name
  from logtally.count_part
),
kept as (
  -- few lists of summaries, and many batches
  select
    summaries,
    to_char(min(committed_at) at time zone 'UTC', 'YYYY-MM-DD') as first_day,
    sum(counted + unattributed) as requests
  from logtally.batch
  group by summaries
)
select
  summary.name as summary,
  min(kept.first_day) filter (where summary.name = any (kept.summaries)) as kept_since,
  coalesce(sum(kept.requests), 0)::bigint as requests,
  coalesce(sum(kept.requests) filter (where not summary.name = any (kept.summaries)), 0)::bigint as without
from summary
left join kept
  on true
group by summary.name;
