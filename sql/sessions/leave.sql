-- Ends the transaction of a session, and forgets what outlives a transaction.
-- Reads: nothing. Writes: nothing. Parameters: none. Returns: nothing.
-- May be repeated. Locks nothing. Settings, cursors and the role end with the transaction; prepared statements do not.
rollback;
deallocate all;
