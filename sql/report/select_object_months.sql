-- Lists the hits of objects in closed months, as they are added up.
-- Reads: logtally.object_hits_yearly. Writes: nothing.
-- Parameters: $1 numbers of the objects' content types and $2 their ids, of the same length. What is added up already, arrays of
-- equal length: $3 first days of years, $4 and $5 the month before and the last month that count, 0 to 12.
-- Returns: place (of the object in $1 and $2, from 1), year_on, month_before, running_hits (from the month before on, or from
-- January, to the last month: 4 9 9 12); years in which the object has no hits may be left out.
-- May be repeated. Locks nothing.
select
  wanted.place,
  y.year_on,
  w.month_before,
  array_to_string(y.running_hits[w.month_before:w.last_month], ' ') as running_hits
from unnest($1::int[], $2::text[]) with ordinality as wanted (content_type_id, object_id, place)
join logtally.object_hits_yearly as y
  on y.content_type_id = wanted.content_type_id
  and y.object_id = wanted.object_id
join unnest($3::date[], $4::int[], $5::int[]) as w (year_on, month_before, last_month)
  on w.year_on = y.year_on;
