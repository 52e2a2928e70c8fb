-- Removes all rows of an operator's summaries, to be replaced by a newer state; whoever reads sees the old one until then.
-- Reads: nothing. Writes: logtally.own_count. Parameters: none.
-- Returns: nothing. May be repeated. Under the merge lock.
delete from logtally.own_count;
