-- Lists content types.
-- Reads: logtally.content_type. Writes: nothing.
-- Parameters: $1 site or null for every site, $2 content type or null for every type.
-- Returns: content_type_id, site, content_type; by site and name.
-- May be repeated. Locks nothing.
select
  content_type_id,
  site,
  name as content_type
from logtally.content_type
where ($1::text is null or site = $1)
  and ($2::text is null or name = $2)
order by
  site,
  name;
