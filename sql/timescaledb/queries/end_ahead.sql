-- Forgets, for topic $1, which tables held more than was fed, where $2 partitions are fed up to $3 offsets.
delete from views.ahead a
using unnest($2::integer[], $3::bigint[]) as fed (partition, next_offset)
where a.topic = $1 and a.partition = fed.partition and a.next_offset <= fed.next_offset
