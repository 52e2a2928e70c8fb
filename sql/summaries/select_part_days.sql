-- Finds the first and the last day of which a part of a summary has anything.
-- Reads: logtally.site_count, object_count, count_source, content_type. Writes: nothing.
-- Parameters: $1 number of the part, $2 site or null for every site, $3 content type or null for every type.
-- Returns: first_day, last_day; null if there is none.
-- May be repeated. Locks nothing.
select
  min(days.first_day) as first_day,
  max(days.last_day) as last_day
from (
  select
    min(c.day) as first_day,
    max(c.day) as last_day
  from logtally.site_count as c
  join logtally.count_source as s
    on s.source_id = c.source_id
  where c.part = $1::smallint
    and ($2::text is null or s.site = $2)
  union all
  select
    min(c.day) as first_day,
    max(c.day) as last_day
  from logtally.object_count as c
  join logtally.count_source as s
    on s.source_id = c.source_id
  join logtally.content_type as t
    on t.content_type_id = s.content_type_id
  where c.part = $1::smallint
    and ($2::text is null or t.site = $2)
    and ($3::text is null or t.name = $3)
) as days;
