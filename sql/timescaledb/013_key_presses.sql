-- Makes `raw.key_presses` and the view `key_presses`: one row per key pressed.
create table raw.key_presses (
    id bigint generated always as identity,
    time timestamptz not null,  -- arrival
    client_time timestamptz not null,  -- the browser's clock
    event_time timestamptz not null,  -- the browser's clock, corrected
    metadata_id uuid not null,
    key text not null
);
create index key_presses_event_time_idx on raw.key_presses (event_time);

create view key_presses as
select e.id, e.key, e.time, e.client_time, e.event_time, m.data as metadata
from raw.key_presses e
join metadata m on m.id = e.metadata_id;
