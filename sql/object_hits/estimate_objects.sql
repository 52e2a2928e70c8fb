-- Tells about how many objects there are: as many as at the last VACUUM or ANALYZE.
-- Reads: the catalogue. Writes: nothing. Parameters: none. Returns: one row; objects, -1 if it is not known.
-- May be repeated. Locks nothing.
select reltuples::bigint as objects
from pg_catalog.pg_class
where oid = 'logtally.object_hits'::pg_catalog.regclass;
