-- Makes `dead_letters`: every event that did not fit, as it came, with the reason.
create table dead_letters (
    id uuid primary key,
    time timestamptz not null,  -- arrival of its beacon
    project text,
    beacon_id uuid not null,
    index integer,  -- place in the beacon's events; null: the metadata, or the whole beacon
    reason text not null,
    event text not null
);
create index dead_letters_time_idx on dead_letters (time);
