-- Marks the views that do not hold what was stored of topic $1 in partition $2 from offset $3 up to before $4.
update views.catalog c
set missed = true
where not c.missed and c.state <> 'dropped'
    and exists (select from beacons where partition = $2 and "offset" >= $3 and "offset" < $4)
    and exists (
        select from (values (c.name, c.state = 'live'), (c.name || '__next', c.next_definition is not null))
            as t (relation, is_fed)
        where t.is_fed and not exists (
            select from views.ahead a
            where a.relation = t.relation and a.topic = $1 and a.partition = $2 and a.next_offset >= $4
        )
    )
