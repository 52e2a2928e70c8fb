-- Adds up each table of the hits of objects: two databases with equal sums hold, as far as sums can tell, the same.
-- Reads: logtally.object_hits, object_hits_daily, object_hits_yearly, content_type_daily, hit_month, hit_count_rank,
-- addition, hit_delta, hit_share. Writes: nothing. Parameters: none.
-- Returns: one row for each table; table_name, row_count, hits, sums (text, of other columns).
-- May be repeated. Locks nothing.
select
  'object_hits' as table_name,
  count(*) as row_count,
  coalesce(sum(hit_count), 0)::bigint as hits,
  concat_ws(
    ' ',
    sum(content_type_id),
    sum(octet_length(object_id)),
    sum(first_hit_on - date '2000-01-01'),
    sum(last_hit_on - date '2000-01-01')
  ) as sums
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
    sum(hit_on - date '2000-01-01'),
    sum(added_by),
    sum(folded_until - date '2000-01-01')
  )
from logtally.object_hits_daily
union all
select
  'object_hits_yearly',
  count(*),
  coalesce(sum(running_hits[12]), 0)::bigint,
  concat_ws(
    ' ',
    sum(content_type_id),
    sum(octet_length(object_id)),
    sum(year_on - date '2000-01-01'),
    sum(hashtextextended(running_hits::text, 0)::numeric)
  )
from logtally.object_hits_yearly
union all
select
  'content_type_daily',
  count(*),
  coalesce(sum(hit_count), 0)::bigint,
  concat_ws(' ', sum(content_type_id), sum(hit_on - date '2000-01-01'))
from logtally.content_type_daily
union all
select
  'hit_month',
  count(*),
  0,
  concat_ws(
    ' ',
    sum(month_on - date '2000-01-01'),
    count(*) filter (where is_closed),
    count(*) filter (where is_folded),
    count(*) filter (where has_late_days)
  )
from logtally.hit_month
union all
select
  'hit_count_rank',
  count(*),
  coalesce(sum(hit_count * object_count), 0)::bigint,
  concat_ws(' ', sum(content_type_id), sum(hit_count_rank))
from logtally.hit_count_rank
union all
select
  'addition',
  count(*),
  0,
  concat_ws(
    ' ',
    sum(addition_id),
    sum(addition_id * run_id::numeric),
    sum(addition_id * stream_id::numeric),
    sum(is_kept::int)
  )
from logtally.addition
union all
select
  'hit_delta',
  count(*),
  coalesce(sum(hit_count), 0)::bigint,
  concat_ws(
    ' ',
    sum(addition_id),
    sum(content_type_id),
    sum(octet_length(object_id)),
    sum(hit_on - date '2000-01-01')
  )
from logtally.hit_delta
union all
select
  'hit_share',
  count(*),
  coalesce(sum((select sum(hit_count) from unnest(hit_counts) as share (hit_count))), 0)::bigint,
  concat_ws(
    ' ',
    sum(addition_id),
    sum(content_type_id),
    sum(hit_on - date '2000-01-01'),
    sum(hashtextextended(object_ids::text, 0)::numeric),
    sum(hashtextextended(hit_counts::text, 0)::numeric)
  )
from logtally.hit_share;
