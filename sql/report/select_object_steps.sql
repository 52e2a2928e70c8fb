-- Adds up the hits of objects by day, week or month, from their days.
-- Reads: logtally.object_hits_daily. Writes: nothing.
-- Parameters: $1 numbers of the objects' content types and $2 their ids, of the same length, $3 step: day, week (from Monday)
-- or month, $4 and $5 first and last days of spans of days to be read.
-- Returns: place (of the object in $1 and $2, from 1), steps (the first day of each step and its hits, one after the other:
-- 2026-04-13 5 2026-04-20 1); objects and steps without hits left out.
-- May be repeated. Locks nothing.
select
  place,
  -- one row of text for each object: thousands of rows take the program longer than the server
  string_agg(concat(step_on, ' ', hit_count), ' ') as steps
from (
  select
    wanted.place,
    date_trunc($3::text, d.hit_on::timestamp)::date as step_on,
    sum(d.hit_count)::bigint as hit_count
  from unnest($1::int[], $2::text[]) with ordinality as wanted (content_type_id, object_id, place)
  cross join unnest($4::date[], $5::date[]) as span (since, until)
  join logtally.object_hits_daily as d
    on d.content_type_id = wanted.content_type_id
    and d.object_id = wanted.object_id
    and d.hit_on between span.since and span.until
  group by
    wanted.place,
    step_on
) as step
group by place;
