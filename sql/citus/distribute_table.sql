-- Spreads the rows of a table over the nodes by one of its columns.
-- Reads, writes: the table. Parameters: $1 the table with its schema, $2 the column, $3 the table whose rows with equal values are to
-- be on the same node, with its schema, or none. Returns: nothing of use.
-- Once for each table, under the merge lock. Whoever reads the table goes on, whoever writes waits.
select pg_catalog.create_distributed_table($1::text::pg_catalog.regclass, $2::text, colocate_with => $3::text);
