-- Returns (sink, topic, partition, next_offset, updated, idle) of topics $1; idle are seconds since it was moved.
select sink, topic, partition, next_offset, updated, extract(epoch from clock_timestamp() - updated)::float8 as idle
from watermarks
where topic = any ($1)
