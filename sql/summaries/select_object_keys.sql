-- Lists the keys of a part of a summary with their requests, of the objects of a content type.
-- Reads: logtally.object_count, count_source, content_type. Writes: nothing.
-- Parameters: $1 number of the part, $2 site or null for every site, $3 first day, $4 last day, $5 which of the three keys are told
-- apart (booleans), $6 what key3 is or null for anything, $7 content type, $8 keys at most.
-- Returns: key1 to key3 (null if they are not told apart), requests, of all keys together all_requests, key_count, first_day, last_day;
-- the most requests first.
-- May be repeated. Locks nothing.
with counted as materialized (
  select
    case when ($5::boolean[])[1] then c.key1 end as key1,
    case when ($5::boolean[])[2] then c.key2 end as key2,
    case when ($5::boolean[])[3] then c.key3 end as key3,
    sum(c.requests)::bigint as requests,
    min(c.day) as first_day,
    max(c.day) as last_day
  from logtally.object_count as c
  join logtally.count_source as s
    on s.source_id = c.source_id
  join logtally.content_type as t
    on t.content_type_id = s.content_type_id
  where c.part = $1::smallint
    and c.day between $3::date and $4::date
    and ($2::text is null or t.site = $2)
    and ($6::text is null or c.key3 = $6)
    and t.name = $7::text
  group by
    1,
    2,
    3
)
select
  key1,
  key2,
  key3,
  requests,
  sum(requests) over ()::bigint as all_requests,
  count(*) over () as key_count,
  min(first_day) over () as first_day,
  max(last_day) over () as last_day
from counted
order by
  requests desc,
  key1 nulls last,
  key2 nulls last,
  key3 nulls last
limit $8::int;
