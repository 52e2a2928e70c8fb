-- Removes the shares of runs that have become too old to be undone.
-- Reads: logtally.addition, run. Writes: logtally.hit_share. Parameters: $1 days since the run started. Returns: nothing.
-- May be repeated. Under the merge lock, in the transaction of drop_old_additions.sql and before it.
delete from logtally.hit_share
where addition_id in (
  select a.addition_id
  from logtally.addition as a
  join logtally.run as r
    on r.run_id = a.run_id
  where a.is_kept
    and r.started_at < current_timestamp - make_interval(days => $1::int)
);
