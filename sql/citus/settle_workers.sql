-- Ends what earlier transactions prepared on workers: commits it if the coordinator has committed, else rolls it back.
-- Reads: the catalogue. Writes: what was prepared, at once. Parameters: none. Returns: nothing of use.
-- May be repeated. Under the merge lock. Citus does it by itself, after citus.recover_2pc_interval.
select pg_catalog.recover_prepared_transactions();
