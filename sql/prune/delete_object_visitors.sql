-- Removes the visitors of objects on some days; their number was stored.
-- Reads: nothing. Writes: logtally.object_count. Parameters: $1 days, an array. Returns: nothing.
-- May be repeated. Under the merge lock, in the transaction of total_object_visitors.sql and total_type_visitors.sql, after both.
delete from logtally.object_count
where part = 9
  and day = any ($1::date[])
  and key1 is not null;
