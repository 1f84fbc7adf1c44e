-- Returns (sink, partition, next_offset, updated) of what every sink has written of topic $1.
select sink, partition, next_offset, updated from watermarks where topic = $1 order by sink, partition
