-- Tells whether a month of the operator's summaries has rows of a run that can still be undone: then its rows must stay.
-- Reads: logtally.addition, count_source, own_count. Writes: nothing.
-- Parameters: $1 first day of the month, $2 its last day. Returns: one row; has_kept.
-- May be repeated. Locks nothing.
select exists (
  select 1
  from logtally.own_count as own
  join logtally.count_source as s
    on s.source_id = own.source_id
  join logtally.addition as a
    on a.addition_id = s.addition_id
  where a.is_kept
    and own.day between $1::date and $2::date
) as has_kept;
