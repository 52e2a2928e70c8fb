-- Tells the last day with hits of content types before a day.
-- Reads: logtally.object_hits_daily. Writes: nothing. Parameters: $1 numbers of the content types, $2 the day.
-- Returns: one row; hit_on, null if no day is earlier; in a folded month it may be the day itself or later.
-- May be repeated. Locks nothing.
select max(coalesce(folded_until, hit_on)) as hit_on
from logtally.object_hits_daily
where content_type_id = any ($1::int[])
  and hit_on < $2::date;
