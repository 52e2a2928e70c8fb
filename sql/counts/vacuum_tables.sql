-- Does for the tables of the counts what vacuum_record.sql does for the record.
-- Reads and writes: logtally.site_count, object_count, count_source, count_month, visitor_key. Parameters: none. Returns: nothing.
-- May be repeated, outside a transaction. Run in the embedded database after each undo and each ingest that
-- was not idle, and after each export.
vacuum (analyze)
  logtally.site_count,
  logtally.object_count,
  logtally.count_source,
  logtally.count_month,
  logtally.visitor_key;
