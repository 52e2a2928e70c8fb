-- Adds up the shares of a run that are of the same content type and day: one array of objects for each.
-- Reads: logtally.addition, hit_share. Writes: pg_temp.summed_share. Parameters: $1 run. Returns: nothing.
-- Once in each transaction, under the merge lock, after create_sums.sql.
insert into pg_temp.summed_share (addition_id, content_type_id, hit_on, object_ids, hit_counts)
select
  addition_id,
  content_type_id,
  hit_on,
  array_agg(object_id order by object_id),
  array_agg(hit_count order by object_id)
from (
  select
    s.addition_id,
    s.content_type_id,
    s.hit_on,
    own.object_id,
    sum(own.hit_count)::int as hit_count
  from logtally.hit_share as s
  cross join unnest(s.object_ids, s.hit_counts) as own (object_id, hit_count)
  where s.addition_id in (
    select addition_id
    from logtally.addition
    where run_id = $1::int
  )
  group by
    s.addition_id,
    s.content_type_id,
    s.hit_on,
    own.object_id
) as of_object
group by
  addition_id,
  content_type_id,
  hit_on;
