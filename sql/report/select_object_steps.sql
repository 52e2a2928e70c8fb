-- Adds up the hits of objects by day, week or month.
-- Reads: logtally.object_hits_daily. Writes: nothing.
-- Parameters: $1 numbers of the objects' content types and $2 their ids, of the same length, $3 first day, $4 last day,
-- $5 step: day, week (from Monday) or month.
-- Returns: place (of the object in $1 and $2, from 1), step_on (first day of the step), hit_count; steps without hits left out.
-- May be repeated. Locks nothing.
select
  wanted.place,
  date_trunc($5::text, d.hit_on::timestamp)::date as step_on,
  sum(d.hit_count)::bigint as hit_count
from unnest($1::int[], $2::text[]) with ordinality as wanted (content_type_id, object_id, place)
join logtally.object_hits_daily as d
  on d.content_type_id = wanted.content_type_id
  and d.object_id = wanted.object_id
  and d.hit_on between $3::date and $4::date
group by
  wanted.place,
  step_on;
