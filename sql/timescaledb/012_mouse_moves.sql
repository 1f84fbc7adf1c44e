-- Makes `raw.mouse_moves` and the view `mouse_moves`: one row per sampled position of the mouse.
create table raw.mouse_moves (
    id bigint generated always as identity,
    time timestamptz not null,  -- arrival
    client_time timestamptz not null,  -- the browser's clock
    event_time timestamptz not null,  -- the browser's clock, corrected
    metadata_id uuid not null,
    x double precision not null,  -- CSS pixels of the viewport, from the left
    y double precision not null  -- CSS pixels of the viewport, from the top
);
create index mouse_moves_event_time_idx on raw.mouse_moves (event_time);

create view mouse_moves as
select e.id, e.x, e.y, e.time, e.client_time, e.event_time, m.data as metadata
from raw.mouse_moves e
join metadata m on m.id = e.metadata_id;
