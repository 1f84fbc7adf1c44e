-- Returns (sink, messages): what store_events has written of topic $1, partitions $2, and the sink has not.
-- Not of feed_views, which is filled from the raw events.
select other.sink, sum(stored.base + stored.next_offset - other.base - other.next_offset)::bigint as messages
from watermarks stored
join watermarks other using (topic, partition)
where stored.sink = 'store_events' and stored.topic = $1 and stored.partition = any ($2::integer[])
    and other.sink not in ('store_events', 'feed_views')
    and stored.base + stored.next_offset > other.base + other.next_offset
group by other.sink
order by other.sink
