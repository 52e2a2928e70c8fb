-- Waits until no other transaction merges or migrates, and keeps them out until this one ends.
-- Reads: nothing. Writes: nothing. Parameters: none. Returns: nothing of use.
-- May be repeated within a transaction. Locks: one advisory lock, the only one of the program ("logtally" in ASCII).
-- Under set_lock_timeout.sql it fails with SQLSTATE 55P03 if the wait is exceeded.
-- Merges are serial: without this lock two of them could deadlock on the rows they share.
select pg_advisory_xact_lock(x'6c6f6774616c6c79'::bigint);
