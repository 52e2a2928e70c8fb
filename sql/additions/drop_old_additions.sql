-- Says of old runs that nobody knows any more what they added: from then on they cannot be undone.
-- Reads: logtally.run. Writes: logtally.addition. Parameters: $1 days since the run started. Returns: nothing.
-- May be repeated. Under the merge lock, so that no undo reads half of a run. The days that name an addition stay as they are.
update logtally.addition
set is_kept = false
where is_kept
  and run_id in (
    select run_id
    from logtally.run
    where started_at < current_timestamp - make_interval(days => $1::int)
  );
