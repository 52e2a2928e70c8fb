-- Does what lock_merges.sql does if nobody has the lock; most of the time nobody has.
-- Reads: nothing. Writes: nothing. Parameters: none. Returns: one row; is_had.
-- May be repeated within a transaction. Waits for nobody.
select pg_try_advisory_xact_lock(x'6c6f6774616c6c79'::bigint) as is_had;
