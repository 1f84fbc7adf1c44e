-- Returns (id, partition, offset) of the first occurrence of each of the beacons $1 that is stored.
select id, partition, "offset" from beacons where id = any ($1::uuid[])
