-- Forgets the ids of beacons that arrived more than $1 days ago, up to $2 of them; returns how many.
with old as (
    select id from beacons where time < now() - make_interval(days => $1) limit $2
), gone as (
    delete from beacons b using old where b.id = old.id returning 1
)
select count(*) from gone
