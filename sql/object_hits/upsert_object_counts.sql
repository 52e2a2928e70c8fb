-- Moves the staged objects from their old hit count to the new one: each row says how many objects share a count. An object that
-- has no hits left after an undo leaves its old count and enters none.
-- Reads: object_gain. Writes: logtally.hit_count_rank. Parameters: none. Returns: nothing.
-- Once in each transaction. Under the merge lock. Leaves ranks to update_ranks.sql.
insert into logtally.hit_count_rank (content_type_id, hit_count, object_count, hit_count_rank)
select
  content_type_id,
  hit_count,
  sum(object_count)::bigint as object_count,
  0 as hit_count_rank
from (
  select
    content_type_id,
    hit_count_before + hit_count as hit_count,
    1 as object_count
  from pg_temp.object_gain
  where hit_count_before + hit_count > 0
  union all
  select
    content_type_id,
    hit_count_before as hit_count,
    -1 as object_count
  from pg_temp.object_gain
  where hit_count_before > 0
) as move
group by
  content_type_id,
  hit_count
having sum(object_count) <> 0
order by
  content_type_id,
  hit_count
on conflict (content_type_id, hit_count) do update
set object_count = hit_count_rank.object_count + excluded.object_count;
