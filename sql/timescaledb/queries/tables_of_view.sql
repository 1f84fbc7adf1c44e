-- Returns the tables of schema `views` of view $1, those whose names end in $2.
select relname::text as name
from pg_class
where relnamespace = 'views'::regnamespace and relkind = 'r' and relname ~ ('^' || $1 || '(__a[0-9]+)?' || $2 || '$')
