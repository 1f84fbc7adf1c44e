-- Returns every continuous view that Chronos knows, by name.
select name, about, file, definition, fingerprint, next_definition, state
from views.catalog
order by name
