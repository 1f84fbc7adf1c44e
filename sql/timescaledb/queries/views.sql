-- Returns every continuous view that Chronos knows, by name, and whether it is there.
select name, about, file, definition, fingerprint, next_definition, state, missed,
    to_regclass('public.' || quote_ident(name)) is not null as is_there
from views.catalog
order by name
