-- Returns (sink, partition, next_offset, idle) of all sinks of topic $1; idle are seconds since it was moved.
select sink, partition, next_offset, extract(epoch from clock_timestamp() - updated)::float8 as idle
from watermarks
where topic = $1
