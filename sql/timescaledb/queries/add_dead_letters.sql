-- Stores dead letters that are not there yet; $1 ids, $2 times, $3 projects, $4 beacon ids, $5 indexes, $6 reasons, $7 events.
insert into dead_letters (id, time, project, beacon_id, index, reason, event)
select id, time, project, beacon_id, index, reason, event
from unnest($1::uuid[], $2::timestamptz[], $3::text[], $4::uuid[], $5::integer[], $6::text[], $7::text[])
    as new (id, time, project, beacon_id, index, reason, event)
order by id
on conflict do nothing
