-- Removes the deltas of old runs: from then on these runs cannot be undone.
-- Reads: logtally.run. Writes: logtally.hit_delta. Parameters: $1 days since the run started. Returns: nothing.
-- May be repeated. Under the merge lock, so that no undo reads half of a run.
delete from logtally.hit_delta
where run_id in (
  select run_id
  from logtally.run
  where started_at < current_timestamp - make_interval(days => $1::int)
);
