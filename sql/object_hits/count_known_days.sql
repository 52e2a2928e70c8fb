-- Counts the objects of the batch that had hits before, by their days, and the days of them that may be stored already.
-- Reads: day_gain. Writes: nothing. Parameters: none.
-- Returns: one row; known_object_days, known_days (those between the first and the last day of their object).
-- May be repeated. Locks nothing.
select
  count(*) as known_object_days,
  count(*) filter (where hit_on between first_hit_on_before and last_hit_on_before) as known_days
from pg_temp.day_gain
where hit_count_before > 0;
