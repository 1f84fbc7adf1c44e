-- How far each sink has come, whatever the time range is: a row for each sink and partition of a topic, with the offset up to which all is written, and when it wrote last. A partition without new beacons does not move.
select sink, topic, partition, next_offset, updated
from watermarks
order by sink, topic, partition
