-- Tells about how many objects there are, as many as at the last VACUUM or ANALYZE, and whether their table is spread over the nodes
-- of Citus.
-- Reads: the catalogue. Writes: nothing. Parameters: none. Returns: one row; objects, -1 if it is not
-- known, and is_spread.
-- May be repeated. Locks nothing.
select
  reltuples::bigint as objects,
  -- those of Citus: the program's own tables have none
  relhastriggers as is_spread
from pg_catalog.pg_class
where oid = 'logtally.object_hits'::pg_catalog.regclass;
