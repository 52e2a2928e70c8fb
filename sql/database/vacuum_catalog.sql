-- Removes dead rows from the tables of the catalogue that temporary tables are entered in, in an embedded database: a server does so itself.
-- Reads, writes: pg_class, pg_attribute, pg_type, pg_depend, pg_index, pg_constraint. Parameters: none. Returns: nothing.
-- May be repeated. Outside a transaction, alone in its message.
vacuum
  pg_catalog.pg_class,
  pg_catalog.pg_attribute,
  pg_catalog.pg_type,
  pg_catalog.pg_depend,
  pg_catalog.pg_index,
  pg_catalog.pg_constraint;
