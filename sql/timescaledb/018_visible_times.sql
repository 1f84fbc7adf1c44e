-- Makes `raw.visible_times` and the view `visible_times`: one row per stretch of time for which a page was visible.
create table raw.visible_times (
    id bigint generated always as identity,
    time timestamptz not null,  -- arrival
    client_time timestamptz not null,  -- the browser's clock
    event_time timestamptz not null,  -- the browser's clock, corrected
    metadata_id uuid not null,
    duration double precision not null  -- in ms, since the last row of the pageview: take sum()
);
create index visible_times_event_time_idx on raw.visible_times (event_time);

create view visible_times as
select e.id, e.duration, e.time, e.client_time, e.event_time, m.data as metadata
from raw.visible_times e
join metadata m on m.id = e.metadata_id;
