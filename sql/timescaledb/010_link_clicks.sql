-- Makes `raw.link_clicks` and the view `link_clicks`: one row per click on a link.
create table raw.link_clicks (
    id bigint generated always as identity,
    time timestamptz not null,  -- arrival
    client_time timestamptz not null,  -- the browser's clock
    event_time timestamptz not null,  -- the browser's clock, corrected
    metadata_id uuid not null,
    link_text text,
    target_url text not null,
    outbound boolean not null,  -- to another site
    download boolean not null  -- to a file
);
create index link_clicks_event_time_idx on raw.link_clicks (event_time);

create view link_clicks as
select e.id, e.link_text, e.target_url, e.outbound, e.download,
    e.time, e.client_time, e.event_time, m.data as metadata
from raw.link_clicks e
join metadata m on m.id = e.metadata_id;
