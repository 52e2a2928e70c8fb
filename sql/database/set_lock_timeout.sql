-- Bounds how long the rest of the transaction waits for a lock.
-- Reads: nothing. Writes: nothing. Parameters: $1 milliseconds as text; 0 waits without end. Returns: nothing of use.
-- May be repeated. Locks nothing. Local to the transaction. A wait that is exceeded ends it with SQLSTATE 55P03.
select set_config('lock_timeout', $1::text, true);
