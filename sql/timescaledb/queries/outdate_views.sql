-- Marks the views that do not hold what topic $1 had in partition $2 before offset $3: they are filled anew.
update views.catalog c
set fingerprint = '', revision = nextval('views.revisions')
where c.state = 'live' and not exists (
    select from views.ahead a
    where a.relation = c.name and a.topic = $1 and a.partition = $2 and a.next_offset >= $3
)
