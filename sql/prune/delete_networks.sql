-- Removes the client networks of some days.
-- Reads: nothing. Writes: logtally.site_count. Parameters: $1 first day, $2 last day. Returns: nothing.
-- May be repeated. Under the merge lock, in the transaction of fold_networks.sql and after it.
delete from logtally.site_count
where part = 10
  and day between $1::date and $2::date
  and key1 is not null;
