-- Finds what a name of the schema stands for.
-- Reads: the catalogue. Writes: nothing. Parameters: $1 a name. Returns: one row if there is such a relation; kind (`v` for a view), definition
-- (the comment that the program gave its view; null if it has none).
-- May be repeated. Locks nothing.
select
  c.relkind as kind,
  pg_catalog.obj_description(c.oid, 'pg_class') as definition
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n
  on n.oid = c.relnamespace
where n.nspname = 'logtally'
  and c.relname = $1::text;
