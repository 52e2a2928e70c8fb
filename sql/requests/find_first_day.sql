-- Finds the first day that has a request.
-- Reads: logtally.request. Writes: nothing. Parameters: $1 first day, $2 last day that are looked at.
-- Returns: one row; first_day, null if there is none.
-- May be repeated. Locks nothing.
select min(day)::text as first_day
from logtally.request
where day between $1::date and $2::date;
