-- Returns (partition, offset, time) of beacon $1, where it is stored.
select partition, "offset", time from beacons where id = $1
