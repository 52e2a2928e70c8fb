-- Adds up the hits of content types by day, week or month.
-- Reads: logtally.content_type_daily, object_hits_daily. Writes: nothing.
-- Parameters: $1 numbers of the content types, $2 first day, $3 last day, $4 step: day, week (from Monday) or month,
-- $5 and $6 first and last days of the six spans of these days that are not added up yet.
-- Returns: content_type_id, step_on (first day of the step), hit_count; steps without hits left out.
-- May be repeated. Locks nothing.
with daily as (
  select
    content_type_id,
    hit_on,
    hit_count
  from logtally.content_type_daily
  where content_type_id = any ($1::int[])
    and hit_on between $2::date and $3::date
    and not (
      hit_on between ($5::date[])[1] and ($6::date[])[1]
      or hit_on between ($5::date[])[2] and ($6::date[])[2]
      or hit_on between ($5::date[])[3] and ($6::date[])[3]
      or hit_on between ($5::date[])[4] and ($6::date[])[4]
      or hit_on between ($5::date[])[5] and ($6::date[])[5]
      or hit_on between ($5::date[])[6] and ($6::date[])[6]
    )
  union all
  select
    content_type_id,
    hit_on,
    sum(hit_count)::bigint as hit_count
  from logtally.object_hits_daily
  where content_type_id = any ($1::int[])
    and (
      hit_on between ($5::date[])[1] and ($6::date[])[1]
      or hit_on between ($5::date[])[2] and ($6::date[])[2]
      or hit_on between ($5::date[])[3] and ($6::date[])[3]
      or hit_on between ($5::date[])[4] and ($6::date[])[4]
      or hit_on between ($5::date[])[5] and ($6::date[])[5]
      or hit_on between ($5::date[])[6] and ($6::date[])[6]
    )
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
