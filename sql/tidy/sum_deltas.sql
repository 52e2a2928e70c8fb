-- Adds up the deltas of a run that are of the same object and day.
-- Reads: logtally.addition, hit_delta. Writes: pg_temp.summed_delta. Parameters: $1 run. Returns: nothing.
-- Once in each transaction, under the merge lock, after create_sums.sql.
insert into pg_temp.summed_delta (addition_id, content_type_id, object_id, hit_on, hit_count)
select
  addition_id,
  content_type_id,
  object_id,
  hit_on,
  sum(hit_count)::bigint
from logtally.hit_delta
where addition_id in (
  select addition_id
  from logtally.addition
  where run_id = $1::int
)
group by
  addition_id,
  content_type_id,
  object_id,
  hit_on;
