-- Adds the days between the first and the last day of known objects, which may be stored already or not. A stored day that is not
-- from the same addition alone names none from then on: keep_known_days.sql has kept what was added to it.
-- Reads: day_gain. Writes: logtally.object_hits_daily. Parameters: none. Returns: nothing.
-- Once in each transaction: every repetition adds again. Under the merge lock, after keep_known_days.sql.
insert into logtally.object_hits_daily (content_type_id, object_id, hit_on, hit_count, added_by)
select
  content_type_id,
  object_id,
  hit_on,
  hit_count,
  added_by
from pg_temp.day_gain
where hit_on between first_hit_on_before and last_hit_on_before
on conflict (content_type_id, object_id, hit_on) do update
set
  hit_count = object_hits_daily.hit_count + excluded.hit_count,
  added_by = case
    when object_hits_daily.added_by = excluded.added_by then object_hits_daily.added_by
  end;
