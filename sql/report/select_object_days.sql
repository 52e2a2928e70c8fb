-- Lists one object's days within a period.
-- Reads: logtally.object_hits_daily. Writes: nothing.
-- Parameters: $1 number of the content type, $2 object id, $3 first day, $4 last day (-infinity and infinity if there is
-- none).
-- Returns: hit_on, hit_count, folded_until (null if the hits are of this day alone); earliest first, days without hits left out.
-- May be repeated. Locks nothing.
select
  hit_on,
  hit_count,
  folded_until
from logtally.object_hits_daily
where content_type_id = $1::int
  and object_id = $2
  and hit_on between $3::date and $4::date
order by hit_on;
