-- Creates the temporary table that takes the requests of one log for the summaries of an operator; it goes with the transaction. Only the columns
-- that one of them reads are filled.
-- Reads: nothing. Writes: nothing that lasts. Parameters: none. Returns: nothing.
-- May be repeated. Locks nothing that others see.
create temporary table if not exists request (
  site text collate "C",
  day date,
  requested_at timestamptz,
  client text collate "C",
  user_name text collate "C",
  session text collate "C",
  method text collate "C",
  path text collate "C",
  query text collate "C",
  status int,
  bytes bigint,
  referrer text collate "C",
  user_agent text collate "C",
  extra jsonb,
  content_type text collate "C",
  object_id text collate "C"
) on commit drop;
