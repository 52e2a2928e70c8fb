-- Whether the role of sessions is there.
-- Reads: the catalogue. Writes: nothing. Parameters: none. Returns: has_reader.
-- May be repeated. Locks nothing.
select exists (select from pg_catalog.pg_roles where rolname = 'logtally_session') as has_reader;
