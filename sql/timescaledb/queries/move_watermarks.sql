-- Moves the watermarks of $1 sink, $2 topic: $3 partitions to $4 next offsets.
update watermarks w
set next_offset = new.next_offset, updated = clock_timestamp()
from unnest($3::integer[], $4::bigint[]) as new (partition, next_offset)
where w.sink = $1 and w.topic = $2 and w.partition = new.partition
