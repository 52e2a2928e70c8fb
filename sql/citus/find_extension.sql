-- Tells whether the database has Citus: only then are there the catalogue tables that the other files of this folder read.
-- Reads: the catalogue. Writes: nothing. Parameters: none. Returns: one row; has_citus.
-- May be repeated. Locks nothing.
select exists (
  select 1
  from pg_catalog.pg_extension
  where extname = 'citus'
) as has_citus;
