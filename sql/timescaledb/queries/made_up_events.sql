-- Returns how many events of type {table} from $3 on have a metadata whose member $1 is $2.
select count(*)
from raw.{table} e
join metadata m on m.id = e.metadata_id
where e.event_time >= $3 and m.data ->> $1::text = $2
