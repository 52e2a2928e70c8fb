-- Removes the record of what was counted, to be replaced by a newer state; whoever reads sees the old one until then.
-- Reads: nothing. Writes: all tables but those of the summaries and schema_version. Parameters: none. Returns: nothing.
-- May be repeated. Under the merge lock. In the order that the foreign keys want.
delete from logtally.content_type;

delete from logtally.known_archive;

delete from logtally.piped_line;

delete from logtally.batch;

delete from logtally.stream_digest;

delete from logtally.log_stream;

delete from logtally.run;
