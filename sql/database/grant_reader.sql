-- Grants a role what the commands that only read need, and queries of the tables.
-- Reads: nothing. Writes: rights. Parameters: none; the program prints it with the role's name in place of logtally_reader.
-- Returns: nothing. May be repeated, by the owner, after each upgrade of the schema.
do '
begin
  execute format(''grant connect on database %I to %I'', current_database(), ''logtally_reader'');
end
';

grant usage on schema logtally to logtally_reader;

grant select on all tables in schema logtally to logtally_reader;

-- who has the key of a day can find out which visitor somebody was
revoke select on logtally.visitor_key from logtally_reader;
