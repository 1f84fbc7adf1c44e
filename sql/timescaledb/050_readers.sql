-- Makes `readers`, the roles that may read what dashboards show, functions that give them the rights, and functions of addresses.
create table readers (
    role name primary key,  -- of the server
    since timestamptz not null default clock_timestamp()
);

-- The address of a page without what stands behind ? and #.
create function page_of(url text) returns text
language sql immutable strict parallel safe
as $$ select split_part(split_part(url, '#', 1), '?', 1) $$;

-- The host of an address, with its port; null where there is none.
create function host_of(url text) returns text
language sql immutable strict parallel safe
as $$ select lower(substring(url from '^[a-zA-Z][a-zA-Z0-9+.-]*://(?:[^/?#@]*@)?([^/?#]+)')) $$;

-- What readers may read as a whole: the views of events, the continuous views, and how far sinks have come.
create function views.shared() returns setof regclass
language sql stable
as $$
    select c.oid::regclass
    from pg_class c
    where c.relnamespace = 'public'::regnamespace
        and (c.relname = 'watermarks' or c.relkind = 'v' and c.relname in (
            select t.relname from pg_class t where t.relnamespace = 'raw'::regnamespace
            union all
            select name from views.catalog
        ))
    order by 1
$$;

-- Gives one role the rights of a reader, as far as it has them not; returns how many relations it may read.
-- Of dead letters all but the text of the event, which may hold a key.
create function views.share_with(reader name) returns bigint
language plpgsql
as $$
declare
    t regclass;
begin
    perform pg_advisory_xact_lock(hashtext('readers'));
    execute format('grant connect on database %I to %I', current_database(), reader);
    execute format('grant usage on schema public, views to %I', reader);
    execute format('grant select (id, time, project, beacon_id, index, reason) on dead_letters to %I', reader);
    for t in select * from views.shared() s where not has_table_privilege(reader, s, 'select') loop
        execute format('grant select on %s to %I', t, reader);
    end loop;
    return (select count(*) + 1 from views.shared());
end
$$;

-- Gives all readers the rights on what was made since.
create function views.share() returns void
language sql
as $$ select views.share_with(role) from readers join pg_roles on rolname = role $$;
