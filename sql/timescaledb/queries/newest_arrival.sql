-- Returns when the newest beacon that is stored arrived; null where none is. Asks first what came in the hour
-- before store_events wrote last, which the index on `time` finds.
select coalesce(
    (
        select max(b.time) from beacons b
        where b.time > (select max(w.updated) from watermarks w where w.sink = 'store_events') - interval '1 hour'
    ),
    (select max(time) from beacons)
)
