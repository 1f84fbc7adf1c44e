-- Marks view $1 as dropped, so that it is not made again by itself.
with gone as (
    delete from views.ahead where relation in ($1, $1 || '__next')
)
update views.catalog
set state = 'dropped', next_definition = null, revision = nextval('views.revisions')
where name = $1
