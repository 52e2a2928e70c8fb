-- Creates the schema and the table that remembers which migrations were applied.
-- Reads: nothing. Writes: the schema logtally, logtally.schema_version. Parameters: none. Returns: nothing.
-- Run once, under the migration lock, if find_version_table.sql found nothing. Fails with SQLSTATE 0A000 in a database whose
-- encoding cannot hold every object id: each log with an id that it cannot hold would fail.
do '
begin
  if current_setting(''server_encoding'') <> ''UTF8'' then
    raise exception ''the database % has the encoding %, and object ids need UTF8'',
      current_database(), current_setting(''server_encoding'')
      using
        errcode = ''feature_not_supported'',
        hint = ''create one that has it: createdb --encoding UTF8 --locale C.UTF-8 --template template0 NAME'';
  end if;
end
';

create schema if not exists logtally;

create table logtally.schema_version (
  version int primary key,
  name text not null,
  applied_at timestamptz not null default current_timestamp
);
