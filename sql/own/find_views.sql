-- Finds the views that the program has made of an operator's summaries.
-- Reads: the catalogue. Writes: nothing. Parameters: none.
-- Returns: one row a view; table_name, definition (the comment that the program gave it).
-- May be repeated. Locks nothing.
select
  c.relname as table_name,
  d.description as definition
from pg_catalog.pg_class as c
join pg_catalog.pg_namespace as n
  on n.oid = c.relnamespace
join pg_catalog.pg_description as d
  on d.objoid = c.oid
  and d.classoid = 'pg_catalog.pg_class'::pg_catalog.regclass
  and d.objsubid = 0
where n.nspname = 'logtally'
  and c.relkind = 'v'
  and d.description like 'logtally summary %'
order by c.relname;
