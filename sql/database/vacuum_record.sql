-- Removes dead rows and renews the planner's statistics. A server does so on its own, though later; the embedded database does
-- not.
-- Reads and writes: the record of what was counted. Parameters: none. Returns: nothing.
-- May be repeated, outside a transaction. Run in the embedded database after each undo and each ingest that
-- was not idle, and after each export.
vacuum (analyze)
  logtally.content_type,
  logtally.run,
  logtally.log_stream,
  logtally.stream_digest,
  logtally.batch,
  logtally.known_archive,
  logtally.piped_line;
