-- Lists the content types that the run counted hits of; the database's numbers stand for the program's too.
-- Reads: logtally.hit_delta. Writes: staged_content_type. Parameters: $1 run. Returns: nothing.
-- Once in each transaction, under the merge lock.
insert into pg_temp.staged_content_type (type_key, content_type_id)
select distinct
  content_type_id as type_key,
  content_type_id
from logtally.hit_delta
where run_id = $1::int;
