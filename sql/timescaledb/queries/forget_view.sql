-- Forgets view $1.
with gone as (
    delete from views.ahead where relation in ($1, $1 || '__next')
)
delete from views.catalog where name = $1
