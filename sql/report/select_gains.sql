-- Tells to which objects a run added most hits, how many were new, and how many of the others have another rank since.
-- Reads: logtally.added_hits, object_hits, content_type. Writes: nothing. Parameters: $1 run, $2 objects at most.
-- Returns: site, content_type, object_id, gained, hits_before (0 if it is new), hits_after, rank_before (null if it is
-- new), rank_after, new_objects, changed_ranks (both of all objects, the same in each row); the largest gain first.
-- May be repeated, in the transaction that counted the run: nothing else may have been added since. Locks nothing.
with gain as (
  select
    content_type_id,
    object_id,
    sum(hit_count)::bigint as gained
  from logtally.added_hits
  where run_id = $1::int
  group by
    content_type_id,
    object_id
),
compared as (
  select
    h.content_type_id,
    h.object_id,
    coalesce(gain.gained, 0) as gained,
    h.hit_count - coalesce(gain.gained, 0) as hits_before,
    h.hit_count as hits_after
  from logtally.object_hits as h
  left join gain
    on gain.content_type_id = h.content_type_id
    and gain.object_id = h.object_id
  where h.content_type_id in (
    select content_type_id
    from gain
  )
),
ranked as (
  select
    content_type_id,
    object_id,
    gained,
    hits_before,
    hits_after,
    -- new objects had no hits, and so come behind all others
    case
      when hits_before > 0
      then rank() over (
        partition by content_type_id
        order by hits_before desc
      )
    end as rank_before,
    rank() over (
      partition by content_type_id
      order by hits_after desc
    ) as rank_after
  from compared
)
select
  t.site,
  t.name as content_type,
  ranked.object_id,
  ranked.gained,
  ranked.hits_before,
  ranked.hits_after,
  ranked.rank_before,
  ranked.rank_after,
  (
    select count(*)
    from ranked
    where rank_before is null
  ) as new_objects,
  (
    select count(*)
    from ranked
    where rank_before <> rank_after
  ) as changed_ranks
from ranked
join logtally.content_type as t
  on t.content_type_id = ranked.content_type_id
where ranked.gained > 0
order by
  ranked.gained desc,
  t.site,
  t.name,
  ranked.object_id
limit $2::int;
