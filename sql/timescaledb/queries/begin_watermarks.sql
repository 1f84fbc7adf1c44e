-- Gives $1 sink, $2 topic, $3 partitions a watermark at the beginning, where they have none.
insert into watermarks (sink, topic, partition, next_offset)
select $1, $2, partition, 0
from unnest($3::integer[]) as new (partition)
order by partition
on conflict do nothing
