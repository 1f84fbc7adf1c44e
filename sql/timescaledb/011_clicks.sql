-- Makes `raw.clicks` and the view `clicks`: one row per click.
create table raw.clicks (
    id bigint generated always as identity,
    time timestamptz not null,  -- arrival
    client_time timestamptz not null,  -- the browser's clock
    event_time timestamptz not null,  -- the browser's clock, corrected
    metadata_id uuid not null,
    x double precision not null,  -- CSS pixels of the viewport, from the left
    y double precision not null,  -- CSS pixels of the viewport, from the top
    buttons integer not null,  -- held down: the sum of 1 (left), 2 (right), 4 (middle), 8 and 16
    target_node text not null,
    text text  -- of what was clicked; null unless click_text is set
);
create index clicks_event_time_idx on raw.clicks (event_time);

create view clicks as
select e.id, e.target_node, e.buttons, e.x, e.y, e.text,
    e.time, e.client_time, e.event_time, m.data as metadata
from raw.clicks e
join metadata m on m.id = e.metadata_id;
