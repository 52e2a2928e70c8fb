-- Lists the content types that hits were taken back of; the database's numbers stand for the program's too.
-- Reads: day_gain. Writes: staged_content_type. Parameters: none. Returns: nothing.
-- Once in each transaction, after aggregate_undone_days.sql.
insert into pg_temp.staged_content_type (type_key, content_type_id, sort_prefix)
select distinct
  content_type_id as type_key,
  content_type_id,
  '' as sort_prefix
from pg_temp.day_gain;
