-- Lists the days of several objects within a period.
-- Reads: logtally.object_hits_daily. Writes: nothing.
-- Parameters: $1 number of the content type of each object, $2 its object id, in the same order, $3 first day, $4 last day.
-- Returns: place (of the object in $1 and $2, from 1), hit_on, hit_count; days without hits left out; in no order.
-- May be repeated. Locks nothing.
select
  wanted.place,
  d.hit_on,
  d.hit_count
from unnest($1::int[], $2::text[]) with ordinality as wanted (content_type_id, object_id, place)
join logtally.object_hits_daily as d
  on d.content_type_id = wanted.content_type_id
  and d.object_id = wanted.object_id
  and d.hit_on between $3::date and $4::date;
