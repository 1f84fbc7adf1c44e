-- Returns (view, about, column, type) of the continuous views that Chronos keeps and that can be read, in their order.
select c.name as view, c.about, a.attname::text as column, format_type(a.atttypid, a.atttypmod) as type
from views.catalog c
join pg_class r on r.relname = c.name and r.relnamespace = 'public'::regnamespace and r.relkind = 'v'
join pg_attribute a on a.attrelid = r.oid and a.attnum > 0 and not a.attisdropped
where c.state = 'live'
order by c.name, a.attnum
