-- Removes all ranks, to be rebuilt.
-- Reads: nothing. Writes: logtally.hit_count_rank. Parameters: none. Returns: nothing.
-- May be repeated. Under the merge lock, in the transaction of rebuild_ranks.sql.
delete from logtally.hit_count_rank;
