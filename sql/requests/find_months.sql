-- Lists the months that requests have a partition for, by the names that create_request_month gives them.
-- Reads: the catalogue. Writes: nothing. Parameters: none.
-- Returns: first_day and last_day of each month, in order.
-- May be repeated. Locks nothing.
select
  month_on::text as first_day,
  (month_on + interval '1 month' - interval '1 day')::date::text as last_day
from (
  select to_date(substr(c.relname::text, length('request_') + 1), 'YYYY_MM') as month_on
  from pg_catalog.pg_inherits as i
  join pg_catalog.pg_class as c
    on c.oid = i.inhrelid
  where i.inhparent = 'logtally.request'::regclass
) as request_month
order by month_on;
