-- Returns (sink, topic, partition, next_offset) of the topics $1.
select sink, topic, partition, next_offset from watermarks where topic = any ($1)
