-- Adds up the table of requests: two databases with equal sums hold, as far as sums can tell, the same.
-- Reads: logtally.request. Writes: nothing. Parameters: none.
-- Returns: one row; table_name, row_count, hits (0), sums (text, of other columns).
-- May be repeated. Locks nothing.
select
  'request' as table_name,
  count(*) as row_count,
  0 as hits,
  concat_ws(
    ' ',
    sum(source_id),
    sum(bytes),
    sum(day - date '2000-01-01'),
    sum(status),
    sum(extract(epoch from requested_at)::numeric),
    sum(
      hashtextextended(
        concat_ws(
          chr(10),
          client,
          user_name,
          session,
          method,
          path,
          query,
          referrer,
          user_agent,
          content_type,
          object,
          extra
        ),
        0
      )::numeric
    )
  ) as sums
from logtally.request;
