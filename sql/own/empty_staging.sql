-- Empties the temporary table, for the requests of the next log.
-- Reads: nothing. Writes: the table of create_staging.sql. Parameters: none. Returns: nothing.
-- May be repeated, in the transaction that created the table.
truncate pg_temp.request;
