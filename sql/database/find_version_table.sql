-- Tells whether the schema is there at all.
-- Reads: the catalogue. Writes: nothing. Parameters: none.
-- Returns: one row; has_schema, has_version_table.
-- May be repeated. Locks nothing. Asks the tables of the catalogue: to_regclass may answer with the state from before the lock was taken.
select
  exists (
    select 1
    from pg_catalog.pg_namespace
    where nspname = 'logtally'
  ) as has_schema,
  exists (
    select 1
    from pg_catalog.pg_class as c
    join pg_catalog.pg_namespace as n
      on n.oid = c.relnamespace
    where n.nspname = 'logtally'
      and c.relname = 'schema_version'
  ) as has_version_table;
