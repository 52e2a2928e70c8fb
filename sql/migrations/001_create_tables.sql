-- The dictionary, the totals, the ranks, and the record of what was counted.
-- The tables hold on Citus as they are: object_hits, object_hits_daily, object_hits_yearly and hit_delta distributed by object_id;
-- content_type, content_type_daily, hit_month, hit_count_rank and addition on every node; all others on the coordinator
-- (init --distribute). Hence no foreign keys to or from tables that are spread, and object_id in each key of the distributed ones.

-- The small dictionary of content types; the big tables hold its integer.
create table logtally.content_type (
  content_type_id int primary key,
  site text collate "C" not null,
  name text collate "C" not null,
  unique (site, name)
);

-- The running total of each object.
create table logtally.object_hits (
  content_type_id int not null,
  object_id text collate "C" not null,
  hit_count bigint not null,
  first_hit_on date not null,
  last_hit_on date not null,
  primary key (content_type_id, object_id)
)
-- room for new versions of a page's rows: they then need no new entries in the key's index
with (fillfactor = 70);

-- Finds the objects with the most hits. It knows the largest count of each few pages only, so it is small, and since
-- PostgreSQL 16 an update of a count does not touch it unless the count is the page's largest.
create index object_hits_hit_count on logtally.object_hits using brin (hit_count)
with (pages_per_range = 16, autosummarize = on);

-- The same for each day that had hits. The day is the one that the log line says.
-- The columns of fixed width stand first, because whoever adds days up then reads a row in less time.
create table logtally.object_hits_daily (
  hit_count bigint not null,
  content_type_id int not null,
  hit_on date not null,
  object_id text collate "C" not null,
  -- the addition that all hits of the row are from: then hit_delta and hit_share have nothing of it. Null if several added to it
  added_by int,
  -- in a folded month: the last of the days that the row has the hits of; hit_on is the first. Null if it has those of hit_on alone
  folded_until date,
  primary key (content_type_id, object_id, hit_on),
  check (folded_until > hit_on)
)
with (fillfactor = 90);

-- Finds the rows of a period among those of years. New rows are mostly of later days than those before, so it is enough
-- to know the first and the last day of each megabyte.
create index object_hits_daily_hit_on on logtally.object_hits_daily using brin (hit_on)
with (autosummarize = on);

-- The months that lines were counted of. A closed one is added up in object_hits_yearly and content_type_daily, so questions
-- about a period need not read its days. Whoever adds to a month or takes from it opens it again, in the same transaction.
-- A run that adds nothing to an open month closes it at its end, unless it is the last one.
create table logtally.hit_month (
  month_on date primary key,
  is_closed boolean not null,
  -- whether prune has made one row of the days of each object
  is_folded boolean not null default false,
  -- whether hits were added since then, which may have days of their own
  has_late_days boolean not null default false
);

-- The hits of each object in the closed months of a year: running_hits[5] are those of January to May, so of any months
-- of the year in a row they are a difference. Months that are not closed count with any number, and never in a difference.
create table logtally.object_hits_yearly (
  object_id text collate "C" not null,
  content_type_id int not null,
  year_on date not null,
  running_hits bigint[] not null,
  primary key (object_id, content_type_id, year_on)
)
-- each month that is closed makes a new version of most rows of its year
with (fillfactor = 50);

-- Finds the rows of some years.
create index object_hits_yearly_year_on on logtally.object_hits_yearly using brin (year_on)
with (pages_per_range = 32, autosummarize = on);

-- The hits of all objects of a type on each day of the closed months.
create table logtally.content_type_daily (
  content_type_id int not null,
  hit_on date not null,
  hit_count bigint not null,
  primary key (content_type_id, hit_on)
);

-- One row for each distinct hit count of a type: how many objects have it, and the rank they share,
-- 1 + the number of objects with more hits. Rank is a function of type and hit count, so it is stored here
-- and not on each object: a batch would otherwise have to rewrite most objects of a type.
create table logtally.hit_count_rank (
  content_type_id int not null,
  hit_count bigint not null,
  object_count bigint not null,
  hit_count_rank bigint not null,
  primary key (content_type_id, hit_count)
);

-- One row for each invocation of ingest. finished_at stays null if it was killed.
create table logtally.run (
  run_id int primary key,
  started_at timestamptz not null default current_timestamp,
  finished_at timestamptz,
  exit_code int,
  undone_at timestamptz,
  -- when a log that it counted was last taken back from it, to be counted again by another run
  recounted_at timestamptz,
  host text not null,
  program_version text not null,
  settings jsonb not null
);

-- The decompressed bytes of one log through its whole life, under whatever file names. Path and time never decide
-- which stream a file is; its content does.
create table logtally.log_stream (
  stream_id bigint primary key,
  site text collate "C" not null,
  state text not null check (state in ('open', 'final', 'damaged')),
  -- the last position that has a digest
  known_bytes bigint not null default 0,
  -- a number of its first 16 bytes, which tells nearly all lines from its beginning; null if it had fewer at first
  prefix_mark int,
  last_path text not null,
  last_seen_at timestamptz not null default current_timestamp
);

-- Logs that end within the bytes that logs are looked up by (HEAD_BYTES): all others are found by the digest of these.
create index log_stream_short on logtally.log_stream (known_bytes) where known_bytes < 4096;

-- What a stream is known by: a digest of its first end_byte bytes, at each checkpoint. Beyond 4,096 bytes it is the SHA-256 of the
-- digest at the last regular checkpoint before (4,096, 8,192 ... 1 MiB, 2 MiB ...), as hex, and the bytes from there on.
create table logtally.stream_digest (
  stream_id bigint not null references logtally.log_stream (stream_id),
  end_byte bigint not null,
  sha256 bytea not null,
  primary key (stream_id, end_byte)
);

create index stream_digest_sha256 on logtally.stream_digest (sha256);

-- One row for each range of a stream that was counted, in the transaction that added its hits.
-- What was counted of a stream is the set of these ranges. The key makes the database itself refuse the same bytes twice.
create table logtally.batch (
  batch_id bigint primary key,
  run_id int not null references logtally.run (run_id),
  stream_id bigint not null references logtally.log_stream (stream_id),
  path text not null,
  start_byte bigint not null,
  end_byte bigint not null,
  lines bigint not null,
  counted bigint not null,
  unattributed bigint not null,
  filtered bigint not null,
  rejected bigint not null,
  reject_reasons jsonb not null,
  committed_at timestamptz not null default current_timestamp,
  unique (stream_id, start_byte),
  check (start_byte < end_byte),
  check (lines = counted + unattributed + filtered + rejected)
);

create index batch_run_id on logtally.batch (run_id);

-- What each run added of each log, in one merge or in several. What it added, object by object and day by day, is in the days
-- that only it added to (added_by) and, of all other days, in hit_delta or hit_share. So the rows that one run made are not stored twice.
create table logtally.addition (
  addition_id int primary key,
  run_id int not null,
  stream_id bigint not null,
  -- false after --undo-days: from then on nobody knows what it added, and its number is not given again
  is_kept boolean not null default true,
  unique (run_id, stream_id)
);

-- The hits of the additions to days that several of them added to: appended, never changed, for undo and for counting a log
-- again. Dropped after --undo-days.
create table logtally.hit_delta (
  hit_count bigint not null,
  addition_id int not null,
  content_type_id int not null,
  hit_on date not null,
  object_id text collate "C" not null
);

create index hit_delta_addition_id on logtally.hit_delta using brin (addition_id);

-- The same, of logs that one merge added at once: the objects that one log requested on a day, and how often it did each. One row
-- in place of thousands.
create table logtally.hit_share (
  addition_id int not null,
  content_type_id int not null,
  hit_on date not null,
  object_ids text[] collate "C" not null,
  hit_counts int[] not null,
  check (cardinality(object_ids) = cardinality(hit_counts))
);

-- not compressed: that takes longer than to write it
alter table logtally.hit_share
  alter column object_ids set storage external,
  alter column hit_counts set storage external;

create index hit_share_addition_id on logtally.hit_share (addition_id);

-- The lines that each run counted from pipes, where several logs may be one stream: by the first 12 bits of a number of
-- 64 bits, the other bits of the numbers, seven bytes each. A log that is given for itself later is recognised by its first
-- line.
create table logtally.piped_line (
  bucket int not null,
  run_id int not null,
  stream_id bigint not null,
  marks bytea not null
);

create index piped_line_bucket on logtally.piped_line (bucket);

create index piped_line_run_id on logtally.piped_line using brin (run_id);

-- Archives that were read to their end: not unpacked again while size, time and both ends of the file are the same.
create table logtally.known_archive (
  packed_bytes bigint not null,
  modified_at text not null,
  ends_sha256 bytea not null,
  site text collate "C" not null,
  stream_id bigint not null references logtally.log_stream (stream_id),
  primary key (packed_bytes, modified_at, ends_sha256, site)
);

-- Each object with its rank: the table that people join.
create view logtally.object_ranking as
select
  t.site,
  t.name as content_type,
  h.object_id,
  h.hit_count,
  r.hit_count_rank,
  h.first_hit_on,
  h.last_hit_on
from logtally.object_hits as h
join logtally.content_type as t
  on t.content_type_id = h.content_type_id
join logtally.hit_count_rank as r
  on r.content_type_id = h.content_type_id
  and r.hit_count = h.hit_count;

-- The days of each object, with the names of its type and site. In a folded month it has one row: folded_until is the last of the
-- days that the row has the hits of, and hit_on the first.
create view logtally.daily_hits as
select
  t.site,
  t.name as content_type,
  d.object_id,
  d.hit_on,
  d.hit_count,
  d.folded_until
from logtally.object_hits_daily as d
join logtally.content_type as t
  on t.content_type_id = d.content_type_id;

-- What each run added of each log, object by object and day by day, as far as it is kept.
create view logtally.added_hits as
select
  a.run_id,
  a.stream_id,
  d.content_type_id,
  d.object_id,
  d.hit_on,
  d.hit_count
from logtally.addition as a
join logtally.object_hits_daily as d
  on d.added_by = a.addition_id
where a.is_kept
union all
select
  a.run_id,
  a.stream_id,
  d.content_type_id,
  d.object_id,
  d.hit_on,
  d.hit_count
from logtally.addition as a
join logtally.hit_delta as d
  on d.addition_id = a.addition_id
where a.is_kept
union all
select
  a.run_id,
  a.stream_id,
  s.content_type_id,
  share.object_id,
  s.hit_on,
  share.hit_count
from logtally.addition as a
join logtally.hit_share as s
  on s.addition_id = a.addition_id
cross join unnest(s.object_ids, s.hit_counts) as share (object_id, hit_count)
where a.is_kept;
