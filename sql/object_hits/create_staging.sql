-- Creates the temporary tables of one merge; they go with the transaction. A rehearsal of several merges has them already.
-- Reads: nothing. Writes: nothing that lasts. Parameters: none. Returns: nothing.
-- May be repeated. Locks nothing that others see.

-- The hits of an object on a day, which may come in several rows. type_key is the number that the program gave, in this batch,
-- to the content type in one log, or in rows of several logs.
create temporary table if not exists staged_hit (
  type_key int not null,
  object_id text collate "C" not null,
  hit_on date not null,
  hit_count int not null
) on commit drop;

-- What a log had of many objects on a day, if the rows of them in staged_hit are of several logs: the objects, and the hits of each.
create temporary table if not exists staged_share (
  type_key int not null,
  hit_on date not null,
  object_ids text[] collate "C" not null,
  hit_counts int[] not null
) on commit drop;

alter table pg_temp.staged_share
  alter column object_ids set storage external,
  alter column hit_counts set storage external;

-- The dictionary of this batch: the program's numbers and the database's. sort_prefix is a text by which the types have the order
-- of their numbers. addition_id is 0 for rows of several logs, and null if hits are taken back.
create temporary table if not exists staged_content_type (
  type_key int primary key,
  content_type_id int not null,
  sort_prefix text collate "C" not null,
  addition_id int
) on commit drop;

-- The hits of each object and day in this batch, beside what the object had before: 0 hits and no days if it is new. added_by is
-- null if the hits are from several logs, or are taken back.
create temporary table if not exists day_gain (
  content_type_id int not null,
  object_id text collate "C" not null,
  hit_on date not null,
  hit_count bigint not null,
  hit_count_before bigint not null,
  added_by int,
  first_hit_on_before date,
  last_hit_on_before date
) on commit drop;

-- The hits of each object in this batch, beside its total before; 0 if it is new.
create temporary table if not exists object_gain (
  content_type_id int not null,
  object_id text collate "C" not null,
  hit_count bigint not null,
  first_hit_on date not null,
  last_hit_on date not null,
  hit_count_before bigint not null
) on commit drop;
