-- Makes the transaction see one state of the database throughout, and change nothing.
-- Reads: nothing. Writes: nothing. Parameters: none. Returns: nothing.
-- Once in each transaction, before its first query. Locks nothing.
set transaction isolation level repeatable read, read only;
