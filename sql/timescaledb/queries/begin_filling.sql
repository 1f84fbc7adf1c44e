-- Registers a view that is filled: $1 name, $2 what it is, $3 file, $4 definition, $5 fingerprint.
insert into views.catalog (name, about, file, definition, fingerprint, next_definition, state)
values ($1, $2, $3, $4, $5, $4, 'filling')
on conflict (name) do update
set next_definition = excluded.definition, file = excluded.file, revision = nextval('views.revisions'),
    missed = false, state = case when catalog.state = 'live' then 'live' else 'filling' end
