-- Moves all sinks of topic $1, which counts from 0 again, back: in $2 partitions to $3 offsets that were never stored.
with moved as (
    update watermarks w
    set base = w.base + w.next_offset - new.next_offset, next_offset = new.next_offset, updated = clock_timestamp()
    from unnest($2::integer[], $3::bigint[]) as new (partition, next_offset)
    where w.topic = $1 and w.partition = new.partition and w.next_offset > new.next_offset
)
delete from views.ahead where topic = $1 and partition = any ($2::integer[])
