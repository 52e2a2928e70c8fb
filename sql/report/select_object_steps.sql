-- Adds up the hits of objects by day, week or month.
-- Reads: logtally.object_hits_daily, object_hits_yearly. Writes: nothing.
-- Parameters: $1 numbers of the objects' content types and $2 their ids, of the same length, $3 step: day, week (from Monday)
-- or month, $4 and $5 first and last days of spans of days to be read. If the step is a month, what is added up already, arrays
-- of equal length: $6 first days of years, $7 and $8 the month before and the last month that count, 0 to 12.
-- Returns: place (of the object in $1 and $2, from 1), step_on (first day of the step), hit_count; steps without hits left out.
-- May be repeated. Locks nothing.
with wanted as (
  select
    content_type_id,
    object_id,
    place
  from unnest($1::int[], $2::text[]) with ordinality as w (content_type_id, object_id, place)
),
part as (
  select
    wanted.place,
    d.object_id,
    date_trunc($3::text, d.hit_on::timestamp)::date as step_on,
    d.hit_count
  from wanted
  cross join unnest($4::date[], $5::date[]) as span (since, until)
  join logtally.object_hits_daily as d
    on d.content_type_id = wanted.content_type_id
    and d.object_id = wanted.object_id
    and d.hit_on between span.since and span.until
  union all
  select
    wanted.place,
    y.object_id,
    (y.year_on + make_interval(months => month - 1))::date as step_on,
    y.running_hits[month] - coalesce(y.running_hits[month - 1], 0) as hit_count
  from wanted
  join logtally.object_hits_yearly as y
    on y.content_type_id = wanted.content_type_id
    and y.object_id = wanted.object_id
  join unnest($6::date[], $7::int[], $8::int[]) as w (year_on, month_before, last_month)
    on w.year_on = y.year_on
  cross join generate_series(w.month_before + 1, w.last_month) as month
)
select
  place,
  step_on,
  sum(hit_count)::bigint as hit_count
from part
group by
  place,
  step_on
having sum(hit_count) > 0;
