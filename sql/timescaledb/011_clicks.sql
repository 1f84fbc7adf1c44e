-- Makes `raw.clicks` and the view `clicks`: one row per click.
create table raw.clicks (
    id bigint generated always as identity,
    time timestamptz not null,  -- arrival
    client_time timestamptz not null,  -- the browser's clock
    event_time timestamptz not null,  -- the browser's clock, corrected
    metadata_id uuid not null,
    x double precision not null,
    y double precision not null,
    buttons integer not null,
    target_node text not null
);
create index clicks_event_time_idx on raw.clicks (event_time);

create view clicks as
select e.id, e.target_node, e.buttons, e.x, e.y, e.time, e.client_time, e.event_time, m.data as metadata
from raw.clicks e
join metadata m on m.id = e.metadata_id;
