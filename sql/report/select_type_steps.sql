-- Adds up the hits of content types by day, week or month.
-- Reads: logtally.object_hits_daily. Writes: nothing.
-- Parameters: $1 numbers of the content types, $2 first day, $3 last day, $4 step: day, week (from Monday) or month.
-- Returns: content_type_id, step_on (first day of the step), hit_count; steps without hits left out.
-- May be repeated. Locks nothing.
with daily as (
  select
    content_type_id,
    hit_on,
    sum(hit_count) as hit_count
  from logtally.object_hits_daily
  where content_type_id = any ($1::int[])
    and hit_on between $2::date and $3::date
  group by
    content_type_id,
    hit_on
)
select
  content_type_id,
  date_trunc($4::text, hit_on::timestamp)::date as step_on,
  sum(hit_count)::bigint as hit_count
from daily
group by
  content_type_id,
  step_on;
