-- Lets the rest of the transaction have one connection to each worker. With several, Citus refuses a statement that needs rows
-- which two of them have changed: of two tables that are distributed alike, or of one that each node has all of.
-- Reads: nothing. Writes: nothing. Parameters: none. Returns: nothing of use; nothing without Citus.
-- May be repeated. Locks nothing. Local to the transaction, before its first change.
select pg_catalog.set_config('citus.multi_shard_modify_mode', 'sequential', true)
where pg_catalog.current_setting('citus.multi_shard_modify_mode', true) is not null;
