-- Makes `metadata`: what beacons say of their page, each content once, under the hash of its canonical JSON.
create table metadata (
    id uuid primary key,
    data jsonb not null
);
