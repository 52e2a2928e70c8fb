-- Opens those closed days again that have no visitor any more, because all of their lines were taken back.
-- Reads: logtally.site_count, count_source. Writes: logtally.visitor_key.
-- Parameters: $1 sites, $2 days, arrays of equal length. Returns: nothing.
-- May be repeated. Under the merge lock, before insert_sources.sql: what the batch itself has copied does not count.
delete from logtally.visitor_key
where key is null
  and (site, day) in (
    select
      used.site,
      used.day
    from unnest($1::text[], $2::date[]) as used (site, day)
    left join (
      select
        s.site,
        c.day
      from logtally.site_count as c
      join logtally.count_source as s
        on s.source_id = c.source_id
      -- the part visitor
      where c.part = 8
        and (c.key1 is not null or c.key2 = 'total')
        and c.day = any($2::date[])
    ) as counted
      on counted.site = used.site
      and counted.day = used.day
    where counted.site is null
  );
