-- Makes `raw.web_vitals` and the view `web_vitals`: one row per measured web vital of a page.
create table raw.web_vitals (
    id bigint generated always as identity,
    time timestamptz not null,  -- arrival
    client_time timestamptz not null,  -- the browser's clock
    event_time timestamptz not null,  -- the browser's clock, corrected
    metadata_id uuid not null,
    name text not null,  -- one of LCP, CLS, INP, TTFB, FCP
    value double precision not null,  -- in ms; CLS has no unit
    rating text not null  -- one of good, needs-improvement, poor
);
create index web_vitals_event_time_idx on raw.web_vitals (event_time);

create view web_vitals as
select e.id, e.name, e.value, e.rating, e.time, e.client_time, e.event_time, m.data as metadata
from raw.web_vitals e
join metadata m on m.id = e.metadata_id;
