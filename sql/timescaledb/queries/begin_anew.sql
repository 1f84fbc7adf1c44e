-- Moves all sinks of topic $1, which counts from 0 again, back: in $2 partitions to $3 offsets that were never stored.
with anew as (
    select * from unnest($2::integer[], $3::bigint[]) as new (partition, next_offset)
),
moved as (
    update watermarks w
    -- Behind all that any sink may have used, also one that had sent something and could not say so any more.
    set base = most.used - new.next_offset, next_offset = new.next_offset, updated = clock_timestamp()
    from anew new
    join (
        select partition, max(base + next_offset) as used from watermarks where topic = $1 group by partition
    ) most using (partition)
    where w.topic = $1 and w.partition = new.partition and w.next_offset > new.next_offset
),
-- What was stored and not fed is not in Kafka any more: the views are filled anew.
outdated as (
    update views.catalog
    set missed = true
    where state <> 'dropped' and exists (
        select from watermarks s
        join anew using (partition)
        left join watermarks f on f.sink = 'feed_views' and f.topic = s.topic and f.partition = s.partition
        where s.sink = 'store_events' and s.topic = $1
            and s.base + s.next_offset > coalesce(f.base + f.next_offset, 0)
    )
)
delete from views.ahead where topic = $1 and partition = any ($2::integer[])
