-- Returns (grantee, privilege) of relation $2 of schema $1 for all but its owner, quoted as `grant` takes them.
select case when a.grantee = 0 then 'public' else quote_ident(pg_get_userbyid(a.grantee)) end as grantee,
    lower(a.privilege_type) as privilege
from pg_class c
cross join lateral aclexplode(c.relacl) a
where c.oid = to_regclass($1 || '.' || quote_ident($2)) and a.grantee <> c.relowner
