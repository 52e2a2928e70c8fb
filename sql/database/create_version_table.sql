-- Creates the schema and the table that remembers which migrations were applied.
-- Reads: nothing. Writes: the schema logtally, logtally.schema_version. Parameters: none. Returns: nothing.
-- Run once, under the migration lock, where find_version_table.sql found nothing.
create schema if not exists logtally;

create table logtally.schema_version (
  version int primary key,
  name text not null,
  applied_at timestamptz not null default current_timestamp
);
