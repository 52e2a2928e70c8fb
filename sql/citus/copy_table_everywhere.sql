-- Makes a table one of which each node has all rows (Citus calls it a reference table).
-- Reads, writes: the table. Parameters: $1 the table with its schema. Returns: nothing of use.
-- Once for each table, under the merge lock. Whoever reads the table goes on, whoever writes waits.
select pg_catalog.create_reference_table($1::text::pg_catalog.regclass);
