-- What the summaries beside the hits keep: how often each of some keys was requested, by site or by object, and by day.
-- site_count and object_count have a partition for each part of a summary, which is a table of its own name; the views below
-- give the keys of each part their names. A row says what one run added of one log: rows are appended, and taken back by
-- their source. So one key may have several rows, and whoever reads adds them up.
-- On Citus object_count is distributed by object_id, count_source is on every node, and site_count is on the coordinator.

-- The parts of the summaries.
create table logtally.count_part (
  part smallint primary key,
  -- as --summary names it
  summary text collate "C" not null,
  name text collate "C" not null unique,
  -- whether each request is in it once, of the site or of an object: then its rows add up to the requests
  is_complete boolean not null,
  has_objects boolean not null
);

insert into logtally.count_part (part, summary, name, is_complete, has_objects)
values
  (1, 'statuses', 'status', true, false),
  (2, 'statuses', 'failed_path', false, false),
  (3, 'referrers', 'referrer', true, false),
  (4, 'referrers', 'object_referrer', true, true),
  (5, 'search_terms', 'search_term', false, false),
  (6, 'search_terms', 'object_search_term', false, true),
  (7, 'agents', 'agent', true, false),
  (8, 'visitors', 'visitor', true, false),
  (9, 'visitors', 'object_visitor', true, true),
  (10, 'clients', 'client', true, false),
  (11, 'hours', 'hour', true, false),
  (12, 'bytes', 'object_bytes', true, true),
  (13, 'agents', 'object_robot', false, true),
  (14, 'titles', 'object_title', false, true);

-- What an addition counted of a site, or of one of its content types: the number stands in the rows in place of these. The program gives
-- it before the log is known to the database: it is the run's number times 2^32, and on from there. Rows of several additions, which
-- are no longer kept, have a smaller number.
create table logtally.count_source (
  source_id bigint primary key,
  -- 0 for rows of several
  addition_id int not null,
  site text collate "C" not null,
  -- null for the counts of the site itself
  content_type_id int
);

-- Requests of a site on a day. Requests are the lines that name an object and those that name none, without those that filters drop.
-- The columns of fixed width stand first.
create table logtally.site_count (
  requests bigint not null,
  -- the bytes of those that tell their size; null if none does
  bytes bigint,
  source_id bigint not null,
  -- the day that the line says; of a folded month its first day
  day date not null,
  part smallint not null,
  key1 text collate "C",
  key2 text collate "C",
  key3 text collate "C",
  key4 text collate "C"
)
partition by list (part);

create table logtally.status_count partition of logtally.site_count for values in (1);

create table logtally.failed_path_count partition of logtally.site_count for values in (2);

create table logtally.referrer_count partition of logtally.site_count for values in (3);

create table logtally.search_term_count partition of logtally.site_count for values in (5);

create table logtally.agent_count partition of logtally.site_count for values in (7);

create table logtally.visitor_count partition of logtally.site_count for values in (8);

create table logtally.client_count partition of logtally.site_count for values in (10);

create table logtally.hour_count partition of logtally.site_count for values in (11);

-- Rows are appended source by source, and mostly day by day: it is enough to know the first and last of each megabyte. One index of both
-- columns answers for each of them, as two would, and each row that is appended asks one index and not two.
create index site_count_source_id_day on logtally.site_count using brin (source_id, day);

-- The same of objects: requests that are hits.
create table logtally.object_count (
  requests bigint not null,
  bytes bigint,
  source_id bigint not null,
  day date not null,
  part smallint not null,
  object_id text collate "C" not null,
  key1 text collate "C",
  key2 text collate "C",
  key3 text collate "C"
)
partition by list (part);

create table logtally.object_referrer_count partition of logtally.object_count for values in (4);

create table logtally.object_search_term_count partition of logtally.object_count for values in (6);

create table logtally.object_visitor_count partition of logtally.object_count for values in (9);

create table logtally.object_bytes_count partition of logtally.object_count for values in (12);

create table logtally.object_title_count partition of logtally.object_count for values in (14);

create table logtally.object_robot_count partition of logtally.object_count for values in (13);

create index object_count_source_id_day on logtally.object_count using brin (source_id, day);

-- The months that requests were counted of, and what prune may find there. Whoever adds to a month says that it has all of it.
create table logtally.count_month (
  month_on date primary key,
  -- several rows of a key and day, of several runs
  has_runs boolean not null,
  -- rows by day that may be one for the month
  has_days boolean not null,
  -- rows that stand at its first day and are of the whole month
  is_folded boolean not null default false,
  has_networks boolean not null,
  has_visitors boolean not null
);

-- The summaries that the lines of a batch were counted in, beside the hits.
alter table logtally.batch
  add column summaries text[] collate "C" not null default '{}',
  -- the counted lines that are no hits, because objects are ranked by people (rank_by) and these are of robots
  add column robots bigint not null default 0,
  add check (robots between 0 and counted);

-- Requests and bytes by day, method and status. Method is null if the request line is none, status if the log has `-`.
create view logtally.status_daily as
select
  s.site,
  c.day,
  c.key1 as method,
  c.key2::int as status,
  sum(c.requests)::bigint as requests,
  sum(c.bytes)::bigint as bytes
from logtally.status_count as c
join logtally.count_source as s
  on s.source_id = c.source_id
group by
  s.site,
  c.day,
  c.key1,
  c.key2;

-- The paths, without their queries, that were answered by a status of 400 or more.
create view logtally.failed_path_daily as
select
  s.site,
  c.day,
  c.key1::int as status,
  c.key2 as path,
  sum(c.requests)::bigint as requests,
  sum(c.bytes)::bigint as bytes
from logtally.failed_path_count as c
join logtally.count_source as s
  on s.source_id = c.source_id
group by
  s.site,
  c.day,
  c.key1,
  c.key2;

-- Where requests came from: origin is `none` (the log has `-`), `own` (a page of the site itself), `other` (another site) or `unknown`
-- (no URL). Host and page are null unless it is a URL; a page has no query.
create view logtally.referrer_daily as
select
  s.site,
  c.day,
  c.key3 as origin,
  c.key1 as host,
  c.key2 as page,
  sum(c.requests)::bigint as requests
from logtally.referrer_count as c
join logtally.count_source as s
  on s.source_id = c.source_id
group by
  s.site,
  c.day,
  c.key1,
  c.key2,
  c.key3;

-- The same for each object.
create view logtally.object_referrer_daily as
select
  t.site,
  t.name as content_type,
  c.object_id,
  c.day,
  c.key3 as origin,
  c.key1 as host,
  c.key2 as page,
  sum(c.requests)::bigint as requests
from logtally.object_referrer_count as c
join logtally.count_source as s
  on s.source_id = c.source_id
join logtally.content_type as t
  on t.content_type_id = s.content_type_id
group by
  t.site,
  t.name,
  c.object_id,
  c.day,
  c.key1,
  c.key2,
  c.key3;

-- What visitors had searched for at a search engine, as far as the referrer tells.
create view logtally.search_term_daily as
select
  s.site,
  c.day,
  c.key1 as engine,
  c.key2 as terms,
  sum(c.requests)::bigint as requests
from logtally.search_term_count as c
join logtally.count_source as s
  on s.source_id = c.source_id
group by
  s.site,
  c.day,
  c.key1,
  c.key2;

-- The same for each object.
create view logtally.object_search_term_daily as
select
  t.site,
  t.name as content_type,
  c.object_id,
  c.day,
  c.key1 as engine,
  c.key2 as terms,
  sum(c.requests)::bigint as requests
from logtally.object_search_term_count as c
join logtally.count_source as s
  on s.source_id = c.source_id
join logtally.content_type as t
  on t.content_type_id = s.content_type_id
group by
  t.site,
  t.name,
  c.object_id,
  c.day,
  c.key1,
  c.key2;

-- Browsers, systems and kinds of device of people; of a robot only its name, which people do not have.
create view logtally.agent_daily as
select
  s.site,
  c.day,
  c.key4 is not null as is_robot,
  c.key1 as browser,
  c.key2 as system,
  c.key3 as device,
  c.key4 as robot,
  sum(c.requests)::bigint as requests,
  sum(c.bytes)::bigint as bytes
from logtally.agent_count as c
join logtally.count_source as s
  on s.source_id = c.source_id
group by
  s.site,
  c.day,
  c.key1,
  c.key2,
  c.key3,
  c.key4;

-- The hits of robots, by object. They are beside the hits of object_hits if objects are ranked by people, else among them.
create view logtally.object_robot_daily as
select
  t.site,
  t.name as content_type,
  c.object_id,
  c.day,
  c.key1 as robot,
  sum(c.requests)::bigint as requests
from logtally.object_robot_count as c
join logtally.count_source as s
  on s.source_id = c.source_id
join logtally.content_type as t
  on t.content_type_id = s.content_type_id
group by
  t.site,
  t.name,
  c.object_id,
  c.day,
  c.key1;

-- Requests by client network, and its country if an MMDB file was given. Network is null if the log has a name in place of an address.
create view logtally.client_daily as
select
  s.site,
  c.day,
  c.key1 as network,
  c.key2 as country,
  sum(c.requests)::bigint as requests,
  sum(c.bytes)::bigint as bytes
from logtally.client_count as c
join logtally.count_source as s
  on s.source_id = c.source_id
group by
  s.site,
  c.day,
  c.key1,
  c.key2;

-- Requests by hour of the day, as the lines say it; hour is null if a line tells only its day. weekday is 1 for Monday.
create view logtally.hour_daily as
select
  s.site,
  c.day,
  extract(isodow from c.day)::int as weekday,
  c.key1::int as hour,
  sum(c.requests)::bigint as requests,
  sum(c.bytes)::bigint as bytes
from logtally.hour_count as c
join logtally.count_source as s
  on s.source_id = c.source_id
group by
  s.site,
  c.day,
  c.key1;

-- The titles of objects, as a field of the log tells them.
create view logtally.object_title_daily as
select
  t.site,
  t.name as content_type,
  c.object_id,
  c.day,
  c.key1 as title,
  sum(c.requests)::bigint as requests
from logtally.object_title_count as c
join logtally.count_source as s
  on s.source_id = c.source_id
join logtally.content_type as t
  on t.content_type_id = s.content_type_id
group by
  t.site,
  t.name,
  c.object_id,
  c.day,
  c.key1;

-- Hits and bytes of each object.
create view logtally.object_bytes_daily as
select
  t.site,
  t.name as content_type,
  c.object_id,
  c.day,
  sum(c.requests)::bigint as requests,
  sum(c.bytes)::bigint as bytes
from logtally.object_bytes_count as c
join logtally.count_source as s
  on s.source_id = c.source_id
join logtally.content_type as t
  on t.content_type_id = s.content_type_id
group by
  t.site,
  t.name,
  c.object_id,
  c.day;

-- The keys by which visitors are told apart: each belongs to a site and a day, and is destroyed (null) when the day has had no line for
-- two days. Lines that come later are counted, but not as visitors. The key of visitor ids that the log has stands
-- at the day `infinity` of no site; it is never destroyed.
create table logtally.visitor_key (
  site text collate "C" not null,
  day date not null,
  key bytea,
  last_line_at timestamptz not null,
  primary key (site, day)
);

-- Visitors of a site by day. Robots are no visitors. requests are those of people; late_requests came when the day was closed.
-- When a day's visitors are forgotten, their number stays: key2 is `total` and key3 the number, in rows of the site, of each content
-- type (without requests) and of each object.
create view logtally.visitor_daily as
select
  s.site,
  c.day,
  (count(distinct c.key1) + coalesce(sum(c.key3::bigint) filter (where c.key2 = 'total'), 0))::bigint as visitors,
  coalesce(sum(c.requests) filter (where c.key1 is not null or c.key2 = 'total'), 0)::bigint as requests,
  coalesce(sum(c.requests) filter (where c.key2 = 'late'), 0)::bigint as late_requests
from logtally.visitor_count as c
join logtally.count_source as s
  on s.source_id = c.source_id
where s.content_type_id is null
group by
  s.site,
  c.day;

-- Visitors of all objects of a content type.
create view logtally.content_type_visitor_daily as
select
  t.site,
  t.name as content_type,
  counted.day,
  sum(counted.visitors)::bigint as visitors,
  sum(counted.requests)::bigint as requests
from (
  select
    s.content_type_id,
    c.day,
    count(distinct c.key1) as visitors,
    coalesce(sum(c.requests) filter (where c.key1 is not null or c.key2 = 'total'), 0) as requests
  from logtally.object_visitor_count as c
  join logtally.count_source as s
    on s.source_id = c.source_id
  group by
    s.content_type_id,
    c.day
  union all
  select
    s.content_type_id,
    c.day,
    sum(c.key3::bigint) as visitors,
    0 as requests
  from logtally.visitor_count as c
  join logtally.count_source as s
    on s.source_id = c.source_id
  where s.content_type_id is not null
  group by
    s.content_type_id,
    c.day
) as counted
join logtally.content_type as t
  on t.content_type_id = counted.content_type_id
group by
  t.site,
  t.name,
  counted.day;

-- Visitors of each object.
create view logtally.object_visitor_daily as
select
  t.site,
  t.name as content_type,
  c.object_id,
  c.day,
  (count(distinct c.key1) + coalesce(sum(c.key3::bigint) filter (where c.key2 = 'total'), 0))::bigint as visitors,
  coalesce(sum(c.requests) filter (where c.key1 is not null or c.key2 = 'total'), 0)::bigint as requests
from logtally.object_visitor_count as c
join logtally.count_source as s
  on s.source_id = c.source_id
join logtally.content_type as t
  on t.content_type_id = s.content_type_id
group by
  t.site,
  t.name,
  c.object_id,
  c.day;
