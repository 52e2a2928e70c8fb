-- Removes the counts of sites in a month that fold_site_counts.sql has added up.
-- Reads: logtally.count_source. Writes: logtally.site_count.
-- Parameters: $1 first day of the month, $2 its last day, $3 parts whose days became one. Returns: nothing.
-- May be repeated. Under the merge lock, in the transaction of fold_site_counts.sql and after it.
delete from logtally.site_count as c
using logtally.count_source as s
where s.source_id = c.source_id
  and c.day between $1::date and $2::date
  and (s.addition_id <> 0 or (c.part = any ($3::smallint[]) and c.day <> $1::date));
