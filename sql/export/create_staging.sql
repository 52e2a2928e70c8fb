-- Creates the temporary tables of one export, for the record of what was counted in the source; they go with the transaction.
-- Reads: nothing. Writes: nothing that lasts. Parameters: none. Returns: nothing.
-- Once in each transaction, on the target. Locks nothing that others see.
create temporary table source_content_type (like logtally.content_type) on commit drop;

create temporary table source_run (like logtally.run) on commit drop;

create temporary table source_log_stream (like logtally.log_stream) on commit drop;

create temporary table source_stream_digest (like logtally.stream_digest) on commit drop;

create temporary table source_batch (like logtally.batch) on commit drop;

create temporary table source_known_archive (like logtally.known_archive) on commit drop;
