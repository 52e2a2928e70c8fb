-- Recomputes the ranks of the batch's types, 1 + the number of objects with more hits, and writes those that changed.
-- Reads: staged_content_type, logtally.hit_count_rank. Writes: logtally.hit_count_rank. Parameters: none. Returns: nothing.
-- May be repeated. Under the merge lock. At most sqrt(2 x hits) rows a type.
insert into logtally.hit_count_rank (content_type_id, hit_count, object_count, hit_count_rank)
select
  content_type_id,
  hit_count,
  object_count,
  hit_count_rank
from (
  select
    content_type_id,
    hit_count,
    object_count,
    hit_count_rank as rank_before,
    1 + coalesce(
      sum(object_count) over (
        partition by content_type_id
        order by hit_count desc
        rows between unbounded preceding and 1 preceding
      ),
      0
    )::bigint as hit_count_rank
  from logtally.hit_count_rank
  where content_type_id in (
    select content_type_id
    from pg_temp.staged_content_type
  )
) as ranked
where hit_count_rank <> rank_before
on conflict (content_type_id, hit_count) do update
set hit_count_rank = excluded.hit_count_rank;
