-- Makes `raw.pageviews` and the view `pageviews`: one row per page opened.
create table raw.pageviews (
    id bigint generated always as identity,
    time timestamptz not null,  -- arrival
    client_time timestamptz not null,  -- the browser's clock
    event_time timestamptz not null,  -- the browser's clock, corrected
    metadata_id uuid not null,
    url text not null,
    title text not null,
    referrer text  -- address of the page before
);
create index pageviews_event_time_idx on raw.pageviews (event_time);

create view pageviews as
select e.id, e.url, e.title, e.referrer, e.time, e.client_time, e.event_time, m.data as metadata
from raw.pageviews e
join metadata m on m.id = e.metadata_id;
