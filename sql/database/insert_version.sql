-- Records a migration, before its script runs in the same transaction.
-- Reads: nothing. Writes: logtally.schema_version. Parameters: $1 version, $2 name. Returns: nothing.
-- Fails when repeated: the key refuses to apply a migration twice.
insert into logtally.schema_version (version, name)
values ($1::int, $2::text);
