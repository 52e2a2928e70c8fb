-- Tells the last day with hits after a day that is known to have some.
-- Reads: logtally.object_hits_daily. Writes: nothing.
-- Parameters: $1 numbers of content types, $2 the known day, $3 first day of the first folded month that ends after it, whose
-- rows may stand before it; infinity if there is none. As values of their own they let the planner see that few rows are later,
-- and use the small index on hit_on.
-- Returns: one row; hit_on, null if no day is later.
-- May be repeated. Locks nothing.
select max(coalesce(folded_until, hit_on)) as hit_on
from logtally.object_hits_daily
where content_type_id = any ($1::int[])
  and (
    hit_on > $2::date
    or (hit_on >= $3::date and folded_until > $2::date)
  );
