-- Lists the keys of a part of a summary with their requests, of sites.
-- Reads: logtally.site_count, count_source. Writes: nothing.
-- Parameters: $1 number of the part, $2 site or null for every site, $3 first day, $4 last day, $5 which of the four keys are told
-- apart (booleans), $6 what key3 is or null for anything, $7 whether key4 is there or null for both, $8 keys at most.
-- Returns: key1 to key4 (null if they are not told apart), requests, bytes, of all keys together all_requests, all_bytes, key_count,
-- first_day, last_day; the most requests first.
-- May be repeated. Locks nothing.
with counted as materialized (
  select
    case when ($5::boolean[])[1] then c.key1 end as key1,
    case when ($5::boolean[])[2] then c.key2 end as key2,
    case when ($5::boolean[])[3] then c.key3 end as key3,
    case when ($5::boolean[])[4] then c.key4 end as key4,
    sum(c.requests)::bigint as requests,
    sum(c.bytes)::bigint as bytes,
    min(c.day) as first_day,
    max(c.day) as last_day
  from logtally.site_count as c
  join logtally.count_source as s
    on s.source_id = c.source_id
  where c.part = $1::smallint
    and c.day between $3::date and $4::date
    and ($2::text is null or s.site = $2)
    and ($6::text is null or c.key3 = $6)
    and ($7::boolean is null or (c.key4 is not null) = $7)
  group by
    1,
    2,
    3,
    4
)
select
  key1,
  key2,
  key3,
  key4,
  requests,
  bytes,
  sum(requests) over ()::bigint as all_requests,
  sum(bytes) over ()::bigint as all_bytes,
  count(*) over () as key_count,
  min(first_day) over () as first_day,
  max(last_day) over () as last_day
from counted
order by
  requests desc,
  key1 nulls last,
  key2 nulls last,
  key3 nulls last,
  key4 nulls last
limit $8::int;
