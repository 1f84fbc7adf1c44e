-- Makes a filled view the one that is read: $1 name, $2 what it is, $3 file, $4 definition, $5 fingerprint.
update views.catalog
set about = $2, file = $3, definition = $4, fingerprint = $5, next_definition = null, state = 'live',
    filled = clock_timestamp(), revision = nextval('views.revisions')
where name = $1
