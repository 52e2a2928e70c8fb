-- Tells about how many objects there are, as many as at the last VACUUM or ANALYZE, whether there is one at all, and whether their
-- table is spread over the nodes of Citus.
-- Reads: the catalogue, logtally.object_hits. Writes: nothing. Parameters: none.
-- Returns: one row; objects, -1 if it is not known, has_objects and is_spread.
-- May be repeated. Locks nothing.
select
  reltuples::bigint as objects,
  exists (
    select 1
    from logtally.object_hits
    -- Citus reads the rows before it looks whether there is one
    limit 1
  ) as has_objects,
  -- those of Citus: the program's own tables have none
  relhastriggers as is_spread
from pg_catalog.pg_class
where oid = 'logtally.object_hits'::pg_catalog.regclass;
