-- Adds up what the batch is about to commit; the program compares it with the lines that it counted.
-- Reads: day_gain, object_gain. Writes: nothing. Parameters: none.
-- Returns: one row; daily_hits and object_hits, both the number of hits.
-- May be repeated. Locks nothing.
select
  (select coalesce(sum(hit_count), 0)::bigint from pg_temp.day_gain) as daily_hits,
  (select coalesce(sum(hit_count), 0)::bigint from pg_temp.object_gain) as object_hits;
