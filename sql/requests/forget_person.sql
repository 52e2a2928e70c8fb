-- Deletes the requests of a person.
-- Reads, writes: logtally.request. Parameters: $1 users, $2 clients, arrays.
-- Returns: month (2026-04) and requests, in order.
-- May be repeated. Under the merge lock.
with forgotten as (
  delete from logtally.request
  where user_name = any($1::text[])
    or client = any($2::text[])
  returning day
)
select
  to_char(day, 'YYYY-MM') as month,
  count(*) as requests
from forgotten
group by to_char(day, 'YYYY-MM')
order by month;
