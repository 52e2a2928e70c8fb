-- Brings the embedded database's files up to date, so that the next start has nothing to replay.
-- Reads and writes: no table. Parameters: none. Returns: nothing.
-- May be repeated, outside a transaction. Run after each ingest and undo.
checkpoint;
