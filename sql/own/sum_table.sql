-- Adds up the table of an operator's summaries: two databases with equal sums hold, as far as sums can tell, the same.
-- Reads: logtally.own_count. Writes: nothing. Parameters: none.
-- Returns: one row; table_name, row_count, hits (0), sums (text, of other columns).
-- May be repeated. Locks nothing.
select
  'own_count' as table_name,
  count(*) as row_count,
  0 as hits,
  concat_ws(
    ' ',
    sum(source_id),
    sum(day - date '2000-01-01'),
    sum(hashtextextended(concat_ws(chr(10), summary, keys, sums), 0)::numeric)
  ) as sums
from logtally.own_count;
