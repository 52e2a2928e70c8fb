-- Counts the content types of a batch that the database does not know yet.
-- Reads: logtally.content_type. Writes: nothing.
-- Parameters: $1 sites, $2 names, arrays of equal length; a type may come more than once. Returns: one row; new_types.
-- May be repeated. Under the merge lock.
select count(distinct (staged.site, staged.name)) as new_types
from unnest($1::text[], $2::text[]) as staged (site, name)
left join logtally.content_type as known
  on known.site = staged.site
  and known.name = staged.name
where known.content_type_id is null;
