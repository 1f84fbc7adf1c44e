-- Returns (id, partition, offset) of those beacons that were not known before; $1 ids, $2 partitions, $3 offsets, $4 times.
insert into beacons (id, partition, "offset", time)
select id, partition, "offset", time
from unnest($1::uuid[], $2::integer[], $3::bigint[], $4::timestamptz[]) as new (id, partition, "offset", time)
order by id, partition, "offset"
on conflict do nothing
returning id, partition, "offset"
