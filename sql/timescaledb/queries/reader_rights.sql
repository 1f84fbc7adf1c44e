-- Returns by which rights role $1 could read or change more than what is shared with readers, in words.
select 'it is a superuser' as excess from pg_roles where rolname = $1 and rolsuper
union all
select 'it may ' || p || ' ' || c.oid::regclass
from pg_class c
join pg_namespace n on n.oid = c.relnamespace
cross join unnest(array['select', 'insert', 'update', 'delete', 'truncate']) p
where c.relkind in ('r', 'v', 'm', 'p', 'f')
    and n.nspname in ('public', 'raw', 'views')
    and has_table_privilege($1::name, c.oid, p)
    and has_schema_privilege($1::name, n.oid, 'usage')
    and not (p = 'select' and c.oid in (select views.shared()))
    -- What comes with an extension is its own affair.
    and not exists (select from pg_depend d where d.objid = c.oid and d.deptype = 'e')
union all
select 'it may create tables in schema ' || nspname
from pg_namespace
where nspname in ('public', 'raw', 'views') and has_schema_privilege($1::name, oid, 'create')
