-- Measures the database; on Citus what the coordinator has of it.
-- Reads: the files of the database. Writes: nothing. Parameters: none. Returns: one row; bytes.
-- May be repeated. Locks nothing.
select pg_database_size(current_database()) as bytes;
