-- Keeps what each log of the batch adds, in rows of its own, to the days that several logs add to: keep_shares.sql keeps the rest.
-- Reads: staged_hit, staged_content_type, day_gain, logtally.addition. Writes: logtally.hit_delta.
-- Parameters: none. Returns: nothing.
-- Once in each transaction, before the staged rows are emptied.
insert into logtally.hit_delta (addition_id, content_type_id, object_id, hit_on, hit_count)
select
  gain.addition_id,
  gain.content_type_id,
  gain.object_id,
  gain.hit_on,
  gain.hit_count
from pg_temp.day_gain as d
join (
  select
    t.addition_id,
    t.content_type_id,
    s.object_id,
    s.hit_on,
    sum(s.hit_count) as hit_count
  from pg_temp.staged_hit as s
  join pg_temp.staged_content_type as t
    on t.type_key = s.type_key
  where t.addition_id > 0
  group by
    t.addition_id,
    t.content_type_id,
    s.object_id,
    s.hit_on
) as gain
  on gain.content_type_id = d.content_type_id
  and gain.object_id = d.object_id
  and gain.hit_on = d.hit_on
join logtally.addition as a
  on a.addition_id = gain.addition_id
where d.added_by is null
  and a.is_kept;
