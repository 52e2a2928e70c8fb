-- Removes all requests, to be replaced by a newer state; whoever reads sees the old one until then.
-- Reads: nothing. Writes: logtally.request. Parameters: none.
-- Returns: nothing. May be repeated. Under the merge lock.
delete from logtally.request;
