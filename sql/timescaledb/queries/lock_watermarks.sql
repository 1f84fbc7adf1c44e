-- Returns (partition, next_offset) of $1 sink, $2 topic, $3 partitions, locked until the transaction ends.
select partition, next_offset
from watermarks
where sink = $1 and topic = $2 and partition = any ($3::integer[])
order by partition
for update
