-- Removes the rows of the operator's summaries in a month that fold_own_counts.sql has added up.
-- Reads: logtally.count_source. Writes: logtally.own_count.
-- Parameters: $1 first day of the month, $2 its last day. Returns: nothing.
-- May be repeated. Under the merge lock, in the transaction of fold_own_counts.sql and after it.
delete from logtally.own_count as own
using logtally.count_source as s
where s.source_id = own.source_id
  and own.day between $1::date and $2::date
  and (s.addition_id <> 0 or own.day <> $1::date);
