-- Says that table $1 holds what is stored of topic $2 below the offsets $4 of the partitions $3.
insert into views.ahead (relation, topic, partition, next_offset)
select $1, $2, partition, next_offset
from unnest($3::integer[], $4::bigint[]) as new (partition, next_offset)
