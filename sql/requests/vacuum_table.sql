-- Does for the table of requests what vacuum_record.sql does for the record.
-- Reads and writes: logtally.request. Parameters: none. Returns: nothing.
-- May be repeated, outside a transaction. Run in the embedded database after each undo and each ingest that
-- was not idle, and after each export.
vacuum (analyze) logtally.request;
