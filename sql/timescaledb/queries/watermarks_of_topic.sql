-- Returns (sink, partition, next_offset) of what each sink has written of topic $1.
select sink, partition, next_offset from watermarks where topic = $1
