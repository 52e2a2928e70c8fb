-- Grants a role what ingest needs, what find_missing_rights.sql asks for, and what the commands that only read need.
-- Reads: nothing. Writes: rights. Parameters: none; the program prints it with the role's name in place of logtally_writer,
-- and behind it the same for the tables of the summaries. Returns: nothing.
-- May be repeated, by the owner, after each upgrade of the schema. undo, prune and upgrades need the owner.
do '
begin
  execute format(''grant connect, temporary on database %I to %I'', current_database(), ''logtally_writer'');
  -- who inserts into a table that each node of Citus has all of locks it there, which takes the right to update it
  if exists (select 1 from pg_catalog.pg_extension where extname = ''citus'') then
    execute format(''grant update on logtally.content_type to %I'', ''logtally_writer'');
  end if;
end
';

grant usage on schema logtally to logtally_writer;

grant select on
  logtally.schema_version,
  logtally.count_part
to logtally_writer;

grant select, insert on
  logtally.content_type,
  logtally.known_archive,
  logtally.piped_line
to logtally_writer;

grant select, insert, update on
  logtally.run,
  logtally.batch,
  logtally.log_stream
to logtally_writer;

grant select, insert, delete on logtally.stream_digest to logtally_writer;

grant execute on function logtally.create_request_month(date) to logtally_writer;
