-- Lets names without a schema mean what they mean to the role in this database: for tables that are not ours.
-- Reads: nothing. Writes: nothing. Parameters: none. Returns: nothing.
-- May be repeated. Locks nothing. Local to the transaction.
set local search_path = default;
