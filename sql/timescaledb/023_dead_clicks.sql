-- Makes `raw.dead_clicks` and the view `dead_clicks`: one row per click after which nothing changed within a second.
create table raw.dead_clicks (
    id bigint generated always as identity,
    time timestamptz not null,  -- arrival
    client_time timestamptz not null,  -- the browser's clock
    event_time timestamptz not null,  -- the browser's clock, corrected
    metadata_id uuid not null,
    target_node text not null,
    x double precision not null,  -- CSS pixels of the viewport, from the left
    y double precision not null  -- CSS pixels of the viewport, from the top
);
create index dead_clicks_event_time_idx on raw.dead_clicks (event_time);

create view dead_clicks as
select e.id, e.target_node, e.x, e.y, e.time, e.client_time, e.event_time, m.data as metadata
from raw.dead_clicks e
join metadata m on m.id = e.metadata_id;
