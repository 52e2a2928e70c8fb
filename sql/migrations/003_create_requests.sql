-- Every request as a row, if the summary `requests` is asked for: who did what. It is partitioned by the month of the line's day, so that
-- old months go as a whole (logtally prune).
create table logtally.request (
  -- the log and its site
  source_id bigint not null,
  bytes bigint,
  -- the time of the line; one without an offset is taken for UTC
  requested_at timestamptz not null,
  -- the day that the line says, in its own offset
  day date not null,
  status int,
  client text collate "C",
  user_name text collate "C",
  -- a keyed hash of the session's id
  session text collate "C",
  method text collate "C",
  -- secrets in the path, query, referrer and extra fields are masked before they are stored
  path text collate "C",
  query text collate "C",
  referrer text collate "C",
  user_agent text collate "C",
  content_type text collate "C",
  object text collate "C",
  extra jsonb
)
partition by range (day);

-- One index that knows both is filled faster than two, and leaves out the same blocks.
create index request_source_id_requested_at on logtally.request using brin (source_id, requested_at);

-- Makes the partition of a month, request_2026_04, if it is missing. It runs as the owner of the tables, so that the role that ingests
-- needs no right but to call it. Runs that make one wait for each other.
create function logtally.create_request_month(month_on date) returns void
language plpgsql
security definer
set search_path = ''
as $$
declare
  first_day constant date := date_trunc('month', month_on)::date;
  table_name constant text := 'request_' || to_char(first_day, 'YYYY_MM');
begin
  -- from now on nobody drops a partition
  lock table logtally.request in row exclusive mode;
  if to_regclass('logtally.' || table_name) is not null then
    return;
  end if;
  lock table logtally.request in share update exclusive mode;
  if to_regclass('logtally.' || table_name) is not null then
    return;
  end if;
  execute format('create table logtally.%I (like logtally.request)', table_name);
  execute format(
    'alter table logtally.request attach partition logtally.%I for values from (%L) to (%L)',
    table_name,
    first_day,
    (first_day + interval '1 month')::date
  );
end
$$;

revoke execute on function logtally.create_request_month(date) from public;

-- Removes the requests of a month; for the owner of the tables (logtally prune). The partition is dropped if nobody has the table at
-- that moment, else only emptied: to wait for a run that copies requests, which waits for the merge lock, would be a deadlock.
create function logtally.drop_request_month(month_on date) returns bigint
language plpgsql
set search_path = ''
as $$
declare
  table_name constant text := 'request_' || to_char(month_on, 'YYYY_MM');
  request_count bigint;
begin
  execute format('select count(*) from logtally.%I', table_name) into request_count;
  begin
    lock table logtally.request in access exclusive mode nowait;
    execute format('drop table logtally.%I', table_name);
  exception
    when lock_not_available then
      execute format('delete from logtally.%I', table_name);
  end;
  return request_count;
end
$$;

revoke execute on function logtally.drop_request_month(date) from public;

-- The requests with their site.
create view logtally.requests as
select
  s.site,
  r.requested_at,
  r.day,
  r.client,
  r.user_name,
  r.session,
  r.method,
  r.path,
  r.query,
  r.status,
  r.bytes,
  r.referrer,
  r.user_agent,
  r.content_type,
  r.object as object_id,
  r.extra
from logtally.request as r
join logtally.count_source as s
  on s.source_id = r.source_id;
