-- Makes the ledger by which everything is written exactly once: `watermarks` and `beacons`.
create table watermarks (
    sink text not null,
    topic text not null,
    partition integer not null,
    next_offset bigint not null,  -- the first offset that is not stored yet
    updated timestamptz not null default now(),
    primary key (sink, topic, partition)
);

-- A beacon's first occurrence wins, and its row says which that was; kept for limits.beacon_id_days.
create table beacons (
    id uuid primary key,
    partition integer not null,
    "offset" bigint not null,
    time timestamptz not null  -- arrival
);
create index beacons_time_idx on beacons using brin (time);
