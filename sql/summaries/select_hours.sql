-- Adds up the requests of sites by weekday and hour.
-- Reads: logtally.site_count, count_source. Writes: nothing.
-- Parameters: $1 number of the part hour, $2 site or null for every site, $3 first day, $4 last day.
-- Returns: weekday (1 for Monday), hour (null if the lines tell only a day), requests, bytes, days (how many such weekdays have
-- requests), of all days first_day, last_day.
-- May be repeated. Locks nothing.
with daily as (
  select
    c.day,
    c.key1::int as hour,
    sum(c.requests) as requests,
    sum(c.bytes) as bytes
  from logtally.site_count as c
  join logtally.count_source as s
    on s.source_id = c.source_id
  where c.part = $1::smallint
    and c.day between $3::date and $4::date
    and ($2::text is null or s.site = $2)
  group by
    c.day,
    c.key1
),
weekday as (
  select
    extract(isodow from day)::int as weekday,
    count(distinct day) as days,
    min(day) as first_day,
    max(day) as last_day
  from daily
  group by 1
)
select
  w.weekday,
  daily.hour,
  sum(daily.requests)::bigint as requests,
  sum(daily.bytes)::bigint as bytes,
  w.days,
  min(w.first_day) over () as first_day,
  max(w.last_day) over () as last_day
from daily
join weekday as w
  on w.weekday = extract(isodow from daily.day)::int
group by
  w.weekday,
  daily.hour,
  w.days,
  w.first_day,
  w.last_day;
