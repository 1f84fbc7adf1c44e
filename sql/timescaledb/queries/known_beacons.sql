-- Returns the ids among $1 that are known.
select id from beacons where id = any ($1::uuid[])
