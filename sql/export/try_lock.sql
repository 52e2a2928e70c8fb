-- Takes a lock without a meaning, if nobody has it: a connection that cannot take it is in the same database as its holder.
-- Reads: nothing. Writes: nothing. Parameters: $1 the lock's number, as text. Returns: one row; is_had.
-- Once in each transaction, which keeps it to its end. Waits for nobody.
select pg_try_advisory_xact_lock($1::bigint) as is_had;
