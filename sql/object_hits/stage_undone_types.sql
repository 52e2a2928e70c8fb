-- Lists the content types that the runs counted hits of; the database's numbers stand for the program's too.
-- Reads: logtally.hit_delta. Writes: staged_content_type.
-- Parameters: $1 runs, an array, $2 stream, null for all of theirs. Returns: nothing.
-- Once in each transaction, under the merge lock.
insert into pg_temp.staged_content_type (type_key, content_type_id)
select distinct
  content_type_id as type_key,
  content_type_id
from logtally.hit_delta
where run_id = any($1::int[])
  and ($2::bigint is null or stream_id = $2::bigint);
