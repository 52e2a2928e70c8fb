-- Tells whether the schema is there at all.
-- Reads: the catalogue. Writes: nothing. Parameters: none.
-- Returns: one row; has_schema, has_version_table.
-- May be repeated. Locks nothing.
select
  to_regnamespace('logtally') is not null as has_schema,
  to_regclass('logtally.schema_version') is not null as has_version_table;
