-- Does for the tables of the hits of objects what vacuum_record.sql does for the record.
-- Reads and writes: logtally.object_hits, object_hits_daily, hit_count_rank, hit_delta, addition.
-- Parameters: none. Returns: nothing.
-- May be repeated, outside a transaction. Run after each ingest and undo in the embedded database, and after each export.
vacuum (analyze)
  logtally.object_hits,
  logtally.object_hits_daily,
  logtally.hit_count_rank,
  logtally.hit_delta,
  logtally.addition;
