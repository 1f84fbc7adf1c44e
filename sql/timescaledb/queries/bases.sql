-- Returns (partition, base) of what sink $1 has written of topic $2.
select partition, base from watermarks where sink = $1 and topic = $2
