-- Makes `windows`, since when each view of windows is counted, and `worker_secret`.
create table windows (
    id text primary key,  -- the name, and for those of chronos.toml a hash of what they say
    name text not null,
    event text,  -- every type where it is null
    key text not null,
    filter text,
    kind text not null,
    since timestamptz not null default clock_timestamp(),
    counted boolean not null default true  -- false for those that were declared once and are not any more
);

-- By it a worker knows that a request comes from another one of the same database.
create table worker_secret (
    id boolean primary key default true check (id),
    secret text not null
);
insert into worker_secret (secret)
select replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '');
