-- Removes the visitors of sites on some days; their number was stored.
-- Reads: nothing. Writes: logtally.site_count. Parameters: $1 days, an array. Returns: nothing.
-- May be repeated. Under the merge lock, in the transaction of total_visitors.sql and after it.
delete from logtally.site_count
where part = 8
  and day = any ($1::date[])
  and key1 is not null;
