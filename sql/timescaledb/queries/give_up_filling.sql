-- Forgets the definition of view $1 that was to be filled, and the view where it has no other.
with never_live as (
    delete from views.catalog where name = $1 and state = 'filling'
)
update views.catalog
set next_definition = null, revision = nextval('views.revisions')
where name = $1 and state <> 'filling'
