-- Counts the requests of a person, which forget_person.sql would delete.
-- Reads: logtally.request. Writes: nothing. Parameters: $1 users, $2 clients, arrays.
-- Returns: month (2026-04) and requests, in order.
-- May be repeated. Locks nothing.
select
  to_char(day, 'YYYY-MM') as month,
  count(*) as requests
from logtally.request
where user_name = any($1::text[])
  or client = any($2::text[])
group by to_char(day, 'YYYY-MM')
order by month;
