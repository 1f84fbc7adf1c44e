-- Makes `raw.scroll_depths` and the view `scroll_depths`: one row each time more of a page was seen.
create table raw.scroll_depths (
    id bigint generated always as identity,
    time timestamptz not null,  -- arrival
    client_time timestamptz not null,  -- the browser's clock
    event_time timestamptz not null,  -- the browser's clock, corrected
    metadata_id uuid not null,
    depth double precision not null  -- per cent of the page's height that was seen so far, 0 to 100: take max()
);
create index scroll_depths_event_time_idx on raw.scroll_depths (event_time);

create view scroll_depths as
select e.id, e.depth, e.time, e.client_time, e.event_time, m.data as metadata
from raw.scroll_depths e
join metadata m on m.id = e.metadata_id;
