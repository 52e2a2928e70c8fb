-- Does for the tables of the hits of objects what vacuum_record.sql does for the record.
-- Reads and writes: logtally.object_hits, object_hits_daily, object_hits_yearly, content_type_daily, hit_month,
-- hit_count_rank, hit_delta, hit_share, addition. Parameters: none. Returns: nothing.
-- May be repeated, outside a transaction. Run in the embedded database after each undo and each ingest that
-- was not idle, and after each export.
vacuum (analyze)
  logtally.object_hits,
  logtally.object_hits_daily,
  logtally.object_hits_yearly,
  logtally.content_type_daily,
  logtally.hit_month,
  logtally.hit_count_rank,
  logtally.hit_delta,
  logtally.hit_share,
  logtally.addition;
