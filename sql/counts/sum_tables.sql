-- Adds up the tables of the counts: two databases with equal sums hold, as far as sums can tell, the same.
-- Reads: logtally.site_count, object_count, count_source, count_month, visitor_key. Writes: nothing. Parameters: none.
-- Returns: one row for each table; table_name, row_count, hits (the requests), sums (text, of other columns).
-- May be repeated. Locks nothing.
select
  'site_count' as table_name,
  count(*) as row_count,
  coalesce(sum(requests), 0)::bigint as hits,
  concat_ws(
    ' ',
    sum(bytes),
    sum(source_id),
    sum(day - date '2000-01-01'),
    sum(part),
    sum(hashtextextended(concat_ws(chr(10), key1, key2, key3, key4), 0)::numeric)
  ) as sums
from logtally.site_count
union all
select
  'object_count',
  count(*),
  coalesce(sum(requests), 0)::bigint,
  concat_ws(
    ' ',
    sum(bytes),
    sum(source_id),
    sum(day - date '2000-01-01'),
    sum(part),
    sum(hashtextextended(concat_ws(chr(10), object_id, key1, key2, key3), 0)::numeric)
  )
from logtally.object_count
union all
select
  'count_source',
  count(*),
  0,
  concat_ws(
    ' ',
    sum(source_id),
    sum(addition_id),
    sum(octet_length(site)),
    sum(content_type_id)
  )
from logtally.count_source
union all
select
  'count_month',
  count(*),
  0,
  concat_ws(
    ' ',
    sum(month_on - date '2000-01-01'),
    count(*) filter (where has_runs),
    count(*) filter (where has_days),
    count(*) filter (where is_folded),
    count(*) filter (where has_networks),
    count(*) filter (where has_visitors)
  )
from logtally.count_month
union all
select
  'visitor_key',
  count(*),
  0,
  concat_ws(
    ' ',
    sum(octet_length(site)),
    count(key),
    sum(hashtextextended(concat_ws(' ', day, encode(key, 'hex')), 0)::numeric)
  )
from logtally.visitor_key;
