-- Makes `raw.video_plays` and the view `video_plays`: one row per video that was played.
create table raw.video_plays (
    id bigint generated always as identity,
    time timestamptz not null,  -- arrival
    client_time timestamptz not null,  -- the browser's clock
    event_time timestamptz not null,  -- the browser's clock, corrected
    metadata_id uuid not null,
    title text not null,
    seconds double precision not null,
    quality text
);
create index video_plays_event_time_idx on raw.video_plays (event_time);

create view video_plays as
select e.id, e.title, e.seconds, e.quality, e.time, e.client_time, e.event_time, m.data as metadata
from raw.video_plays e
join metadata m on m.id = e.metadata_id;
