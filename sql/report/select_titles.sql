-- Reads the titles of objects, as the log told them: the one of the last day; of several on that day, the one with the most requests.
-- Reads: logtally.object_count, count_source, content_type. Writes: nothing.
-- Parameters: $1 site, $2 content type, $3 object ids, an array. Returns: object_id, title.
-- May be repeated. Locks nothing. Part 14 is `object_title`.
select distinct on (object_id)
  object_id,
  title
from (
  select
    c.object_id,
    c.key1 as title,
    c.day,
    sum(c.requests) as requests
  from logtally.object_count as c
  join logtally.count_source as s
    on s.source_id = c.source_id
  join logtally.content_type as t
    on t.content_type_id = s.content_type_id
  where c.part = 14
    and c.object_id = any($3::text[])
    and t.site = $1::text
    and t.name = $2::text
  group by
    c.object_id,
    c.key1,
    c.day
) as titles
order by
  object_id,
  day desc,
  requests desc,
  title;
