-- Stores contents that are not there yet; $1 ids, $2 canonical JSON.
insert into metadata (id, data)
select id, data::jsonb
from unnest($1::uuid[], $2::text[]) as new (id, data)
order by id
on conflict do nothing
