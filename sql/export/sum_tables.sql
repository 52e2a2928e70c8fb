-- Adds up each table: two databases with equal sums hold, as far as sums can tell, the same.
-- Reads: all tables but schema_version. Writes: nothing. Parameters: none.
-- Returns: one row for each table; table_name, row_count, hits (0 where the table has none), sums (text, of other columns).
-- May be repeated. Locks nothing.
select
  'content_type' as table_name,
  count(*) as row_count,
  0::bigint as hits,
  concat_ws(' ', sum(content_type_id), sum(octet_length(site)), sum(octet_length(name))) as sums
from logtally.content_type
union all
select
  'object_hits',
  count(*),
  coalesce(sum(hit_count), 0)::bigint,
  concat_ws(
    ' ',
    sum(content_type_id),
    sum(octet_length(object_id)),
    sum(first_hit_on - date '2000-01-01'),
    sum(last_hit_on - date '2000-01-01')
  )
from logtally.object_hits
union all
select
  'object_hits_daily',
  count(*),
  coalesce(sum(hit_count), 0)::bigint,
  concat_ws(
    ' ',
    sum(content_type_id),
    sum(octet_length(object_id)),
    sum(hit_on - date '2000-01-01')
  )
from logtally.object_hits_daily
union all
select
  'hit_count_rank',
  count(*),
  coalesce(sum(hit_count * object_count), 0)::bigint,
  concat_ws(' ', sum(content_type_id), sum(hit_count_rank))
from logtally.hit_count_rank
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
  coalesce(sum(counted), 0)::bigint,
  concat_ws(' ', sum(batch_id), sum(lines), sum(end_byte - start_byte))
from logtally.batch
union all
select
  'hit_delta',
  count(*),
  coalesce(sum(hit_count), 0)::bigint,
  concat_ws(
    ' ',
    sum(run_id),
    sum(stream_id),
    sum(content_type_id),
    sum(octet_length(object_id)),
    sum(hit_on - date '2000-01-01')
  )
from logtally.hit_delta
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
