-- Removes all counts, to be replaced by a newer state; whoever reads sees the old one until then.
-- Reads: nothing. Writes: logtally.visitor_key, object_count, site_count, count_source, count_month. Parameters: none.
-- Returns: nothing. May be repeated. Under the merge lock.
delete from logtally.visitor_key;

delete from logtally.object_count;

delete from logtally.site_count;

delete from logtally.count_source;

delete from logtally.count_month;
