-- Makes `raw.custom_events` and the view `custom_events`: one row per event that a page reported itself.
create table raw.custom_events (
    id bigint generated always as identity,
    time timestamptz not null,  -- arrival
    client_time timestamptz not null,  -- the browser's clock
    event_time timestamptz not null,  -- the browser's clock, corrected
    metadata_id uuid not null,
    name text not null,
    properties jsonb not null
);
create index custom_events_event_time_idx on raw.custom_events (event_time);

create view custom_events as
select e.id, e.name, e.properties, e.time, e.client_time, e.event_time, m.data as metadata
from raw.custom_events e
join metadata m on m.id = e.metadata_id;
