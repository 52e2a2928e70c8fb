-- Removes the objects of a year that have no hits in its closed months any more.
-- Reads: nothing. Writes: logtally.object_hits_yearly. Parameters: $1 first day of the year. Returns: nothing.
-- May be repeated. Under the merge lock, after add_up_month.sql.
delete from logtally.object_hits_yearly
where year_on = $1::date
  and running_hits[12] = 0;
