-- Removes all hits of objects, to be replaced by a newer state; whoever reads sees the old one until then.
-- Reads: nothing. Writes: logtally.hit_share, hit_delta, addition, hit_count_rank, hit_month, content_type_daily, object_hits_yearly,
-- object_hits_daily, object_hits. Parameters: none.
-- Returns: nothing. May be repeated. Under the merge lock.
delete from logtally.hit_share;

delete from logtally.hit_delta;

delete from logtally.addition;

delete from logtally.hit_count_rank;

delete from logtally.hit_month;

delete from logtally.content_type_daily;

delete from logtally.object_hits_yearly;

delete from logtally.object_hits_daily;

delete from logtally.object_hits;
