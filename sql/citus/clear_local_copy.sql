-- Removes the rows that a table had on the coordinator before it was spread: nobody sees them any more, but they take space.
-- Reads: nothing. Writes: the table's local copy. Parameters: $1 the table with its schema. Returns: nothing of use.
-- May be repeated. Under the merge lock. Who reads the table waits for the end of the transaction.
select pg_catalog.truncate_local_data_after_distributing_table($1::text::pg_catalog.regclass);
