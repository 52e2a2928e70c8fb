-- Adds up each table of the record of what was counted: two databases with equal sums hold, as far as sums can tell, the same.
-- Reads: all tables but those of the summaries and schema_version. Writes: nothing. Parameters: none.
-- Returns: one row for each table; table_name, row_count, hits (0 if the table has none), sums (text, of other columns).
-- May be repeated. Locks nothing.
select
  'content_type' as table_name,
  count(*) as row_count,
  0::bigint as hits,
  concat_ws(' ', sum(content_type_id), sum(octet_length(site)), sum(octet_length(name))) as sums
from logtally.content_type
union all
select
  'run',
  count(*),
  0,
  concat_ws(' ', sum(run_id))
from logtally.run
union all
select
  'log_stream',
  count(*),
  0,
  concat_ws(' ', sum(stream_id), sum(known_bytes))
from logtally.log_stream
union all
select
  'stream_digest',
  count(*),
  0,
  concat_ws(' ', sum(stream_id), sum(end_byte))
from logtally.stream_digest
union all
select
  'batch',
  count(*),
  coalesce(sum(counted - robots), 0)::bigint,
  concat_ws(' ', sum(batch_id), sum(lines), sum(end_byte - start_byte))
from logtally.batch
union all
select
  'known_archive',
  count(*),
  0,
  concat_ws(' ', sum(packed_bytes), sum(stream_id))
from logtally.known_archive
union all
select
  'piped_line',
  count(*),
  0,
  concat_ws(' ', sum(bucket), sum(run_id), sum(stream_id), sum(octet_length(marks)))
from logtally.piped_line;
