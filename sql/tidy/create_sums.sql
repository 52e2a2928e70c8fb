-- Creates the temporary tables in which what a run has appended bit by bit is added up.
-- Reads, writes: nothing else. Parameters: none. Returns: nothing.
-- May be repeated in a transaction; they are dropped at its end.
create temporary table if not exists summed_site_count (
  part smallint not null,
  source_id bigint not null,
  day date not null,
  key1 text collate "C",
  key2 text collate "C",
  key3 text collate "C",
  key4 text collate "C",
  requests bigint not null,
  bytes bigint
) on commit drop;

create temporary table if not exists summed_object_count (
  part smallint not null,
  source_id bigint not null,
  object_id text collate "C" not null,
  day date not null,
  key1 text collate "C",
  key2 text collate "C",
  key3 text collate "C",
  requests bigint not null,
  bytes bigint
) on commit drop;

create temporary table if not exists summed_delta (
  addition_id int not null,
  content_type_id int not null,
  object_id text collate "C" not null,
  hit_on date not null,
  hit_count bigint not null
) on commit drop;

create temporary table if not exists summed_share (
  addition_id int not null,
  content_type_id int not null,
  hit_on date not null,
  object_ids text[] collate "C" not null,
  hit_counts int[] not null
) on commit drop;

create temporary table if not exists summed_own_count (
  source_id bigint not null,
  day date not null,
  summary text collate "C" not null,
  keys jsonb not null,
  sums jsonb not null
) on commit drop;

truncate
  pg_temp.summed_site_count,
  pg_temp.summed_object_count,
  pg_temp.summed_delta,
  pg_temp.summed_share,
  pg_temp.summed_own_count;
