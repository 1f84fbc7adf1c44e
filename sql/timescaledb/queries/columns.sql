-- Returns (name) of each column of the table or view $1, which may not be there.
select attname as name
from pg_attribute
where attrelid = to_regclass($1) and attnum > 0 and not attisdropped
