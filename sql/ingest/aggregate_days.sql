-- Counts the staged hits by object and day, in the order of the key they are written in.
-- Reads: staged_hit, staged_content_type. Writes: day_gain. Parameters: none. Returns: nothing.
-- Once in each transaction.
insert into pg_temp.day_gain (content_type_id, object_id, hit_on, hit_count)
select
  t.content_type_id,
  s.object_id,
  s.hit_on,
  count(*) as hit_count
from pg_temp.staged_hit as s
join pg_temp.staged_content_type as t
  on t.type_key = s.type_key
group by
  t.content_type_id,
  s.object_id,
  s.hit_on
order by
  t.content_type_id,
  s.object_id,
  s.hit_on;
