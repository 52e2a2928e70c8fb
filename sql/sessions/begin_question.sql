-- Begins the transaction of a command that asks through the process that has the embedded database open.
-- Reads: nothing. Writes: nothing. Parameters: none. Returns: nothing.
-- Once in each transaction, before its first query. Locks nothing. That process has made all other settings.
begin;
set local search_path = '';
