-- Opens those closed days again that have no visitor any more, because all of their lines were taken back.
-- Reads: nothing. Writes: logtally.visitor_key.
-- Parameters: $1 sites, $2 days, arrays of equal length; $3 and $4 the same of the days that have visitors, as
-- find_visited_days.sql tells. Returns: nothing.
-- May be repeated. Under the merge lock.
delete from logtally.visitor_key as stored
where stored.key is null
  and exists (
    select 1
    from unnest($1::text[], $2::date[]) as used (site, day)
    where used.site = stored.site
      and used.day = stored.day
  )
  and not exists (
    select 1
    from unnest($3::text[], $4::date[]) as visited (site, day)
    where visited.site = stored.site
      and visited.day = stored.day
  );
