-- Returns (partition, next_offset) of what sink $1 has written of topic $2.
select partition, next_offset from watermarks where sink = $1 and topic = $2
