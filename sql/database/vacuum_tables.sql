-- Removes dead rows and renews the planner's statistics, which a server does by itself and the embedded database does not.
-- Reads and writes: the tables of totals. Parameters: none. Returns: nothing.
-- May be repeated, outside a transaction. Run after each ingest.
vacuum (analyze) logtally.object_hits, logtally.object_hits_daily, logtally.hit_count_rank;
