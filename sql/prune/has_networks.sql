-- Tells whether some days have client networks.
-- Reads: logtally.site_count. Writes: nothing. Parameters: $1 first day, $2 last day. Returns: one row; has_networks.
-- May be repeated. Locks nothing.
select exists (
  select 1
  from logtally.site_count
  where part = 10
    and day between $1::date and $2::date
    and key1 is not null
) as has_networks;
