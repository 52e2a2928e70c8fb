-- Tells whether the role may run VACUUM on the table of requests.
-- Reads: the catalogue. Writes: nothing. Parameters: none.
-- Returns: one row; may_vacuum.
-- May be repeated. Locks nothing.
select pg_has_role(relowner, 'usage') as may_vacuum
from pg_catalog.pg_class
where oid = 'logtally.request'::regclass;
