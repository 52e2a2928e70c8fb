-- Removes dead rows and renews the planner's statistics. A server does so on its own, though later; the embedded database does
-- not.
-- Reads and writes: the record of what was counted. Parameters: none. Returns: nothing.
-- May be repeated, outside a transaction. Run after each ingest and undo in the embedded database, and after each export.
vacuum (analyze)
  logtally.content_type,
  logtally.run,
  logtally.log_stream,
  logtally.stream_digest,
  logtally.batch,
  logtally.known_archive,
  logtally.piped_line;
