-- What an operator's own summaries keep: each is a SQL file, which adds up the requests of a log by its keys. A row says what one run added
-- of one log, under the number of a source, and is taken back with it. So one key may have several rows. The program makes a
-- view for each summary, under the name of its table, which gives the keys and sums their names and types.
create table logtally.own_count (
  source_id bigint not null,
  day date not null,
  summary text collate "C" not null,
  -- the keys beside the day, by their names
  keys jsonb not null,
  -- what is added up, by its name
  sums jsonb not null
);

create index own_count_source_id on logtally.own_count using brin (source_id);

create index own_count_summary on logtally.own_count (summary, day);
