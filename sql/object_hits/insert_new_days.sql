-- Adds the days that cannot be stored yet: those of new objects, and those of known objects before their first or after their
-- last day.
-- Reads: day_gain. Writes: logtally.object_hits_daily. Parameters: none. Returns: nothing.
-- Once in each transaction, under the merge lock. Most days are new, and a plain insert costs a third of an upsert.
insert into logtally.object_hits_daily (content_type_id, object_id, hit_on, hit_count, added_by)
select
  content_type_id,
  object_id,
  hit_on,
  hit_count,
  added_by
from pg_temp.day_gain
where hit_count_before = 0
  or hit_on < first_hit_on_before
  or hit_on > last_hit_on_before;
