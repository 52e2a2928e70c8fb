-- Removes the requests of a month, with their partition if no other run has the table.
-- Reads: the catalogue. Writes: logtally.request. Parameters: $1 first day of the month. Returns: one row; request_count, how many there were.
-- May be repeated: a partition that was left is dropped then. Under the merge lock.
select logtally.drop_request_month($1::date) as request_count;
