-- Tells which version the schema has.
-- Reads: logtally.schema_version. Writes: nothing. Parameters: none.
-- Returns: one row; version, 0 if no migration was applied.
-- May be repeated. Locks nothing.
select coalesce(max(version), 0) as version
from logtally.schema_version;
