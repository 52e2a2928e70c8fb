-- Adds up the requests of sites by class of status, and by day, week or month.
-- Reads: logtally.site_count, count_source. Writes: nothing.
-- Parameters: $1 number of the part status, $2 site or null for every site, $3 first day, $4 last day, $5 step: day, week (from
-- Monday) or month.
-- Returns: step_on (first day of the step), class (first digit of the status, null if the log has none), requests.
-- May be repeated. Locks nothing.
select
  date_trunc($5::text, c.day::timestamp)::date as step_on,
  left(c.key2, 1) as class,
  sum(c.requests)::bigint as requests
from logtally.site_count as c
join logtally.count_source as s
  on s.source_id = c.source_id
where c.part = $1::smallint
  and c.day between $3::date and $4::date
  and ($2::text is null or s.site = $2)
group by
  step_on,
  class;
