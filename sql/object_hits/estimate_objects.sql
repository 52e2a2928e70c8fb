-- Tells about how many objects there are, as many as at the last VACUUM or ANALYZE, and whether there is one at all.
-- Reads: the catalogue, logtally.object_hits. Writes: nothing. Parameters: none.
-- Returns: one row; objects, -1 if it is not known, and has_objects.
-- May be repeated. Locks nothing.
select
  reltuples::bigint as objects,
  exists (
    select
    from logtally.object_hits
  ) as has_objects
from pg_catalog.pg_class
where oid = 'logtally.object_hits'::pg_catalog.regclass;
