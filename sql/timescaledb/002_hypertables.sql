-- Makes functions that turn the tables of schema `raw` into hypertables and set their policies, where the
-- timescaledb extension exists; without it the tables stay plain and everything works.
create function raw.has_timescaledb() returns boolean
language sql stable
as $$ select exists (select from pg_extension where extname = 'timescaledb') $$;

create function raw.tables() returns setof regclass
language sql stable
as $$ select c.oid::regclass from pg_class c where c.relnamespace = 'raw'::regnamespace and c.relkind = 'r' order by 1 $$;

create function raw.is_hypertable(t regclass) returns boolean
language plpgsql stable
as $$
declare
    found_it boolean := false;
begin
    if raw.has_timescaledb() then
        execute 'select exists (select from timescaledb_information.hypertables'
            ' where format(''%I.%I'', hypertable_schema, hypertable_name)::regclass = $1)' into found_it using t;
    end if;
    return found_it;
end
$$;

-- Applies the settings; safe to repeat. Intervals of zero mean: never.
create function raw.apply_policies(chunk interval, compress_after interval, keep interval) returns void
language plpgsql
as $$
declare
    t regclass;
begin
    if not raw.has_timescaledb() then
        return;
    end if;
    for t in select raw.tables() loop
        if not raw.is_hypertable(t) then
            execute 'select create_hypertable($1, by_range(''event_time'', $2),'
                ' create_default_indexes => false, migrate_data => true)' using t, chunk;
            execute format('alter table %s set (timescaledb.compress, timescaledb.compress_orderby = ''event_time'')', t);
        else
            execute 'select set_chunk_time_interval($1, $2)' using t, chunk;
        end if;
        execute 'select remove_compression_policy($1, if_exists => true)' using t;
        execute 'select remove_retention_policy($1, if_exists => true)' using t;
        if compress_after > interval '0' then
            execute 'select add_compression_policy($1, $2)' using t, compress_after;
        end if;
        if keep > interval '0' then
            execute 'select add_retention_policy($1, $2)' using t, keep;
        end if;
    end loop;
end
$$;

-- Deletes raw events older than `keep` where no retention policy does it (plain tables); returns how many.
create function raw.delete_older_than(keep interval) returns bigint
language plpgsql
as $$
declare
    t regclass;
    deleted bigint;
    total bigint := 0;
begin
    for t in select raw.tables() loop
        if not raw.is_hypertable(t) then
            execute format('delete from %s where event_time < now() - $1', t) using keep;
            get diagnostics deleted = row_count;
            total := total + deleted;
        end if;
    end loop;
    return total;
end
$$;
