-- Keeps what each log of the batch adds to the days that came as rows of several logs.
-- Reads: staged_share, staged_content_type, logtally.addition. Writes: logtally.hit_share. Parameters: none. Returns: nothing.
-- Once in each transaction, before the staged rows are emptied.
insert into logtally.hit_share (addition_id, content_type_id, hit_on, object_ids, hit_counts)
select
  t.addition_id,
  t.content_type_id,
  s.hit_on,
  s.object_ids,
  s.hit_counts
from pg_temp.staged_share as s
join pg_temp.staged_content_type as t
  on t.type_key = s.type_key
join logtally.addition as a
  on a.addition_id = t.addition_id
where a.is_kept;
