-- Destroys the keys of days whose visitors are forgotten: later lines are then no visitors.
-- Reads: nothing. Writes: logtally.visitor_key. Parameters: $1 days, an array. Returns: nothing.
-- May be repeated. Under the merge lock. The old version of the row goes with the next VACUUM.
update logtally.visitor_key
set key = null
where key is not null
  and day = any ($1::date[]);
