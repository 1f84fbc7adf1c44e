-- Makes `raw.form_submissions` and the view `form_submissions`: one row per form sent.
create table raw.form_submissions (
    id bigint generated always as identity,
    time timestamptz not null,  -- arrival
    client_time timestamptz not null,  -- the browser's clock
    event_time timestamptz not null,  -- the browser's clock, corrected
    metadata_id uuid not null,
    fields jsonb not null,  -- by name; null is a value that was not read
    form text  -- which form it was
);
create index form_submissions_event_time_idx on raw.form_submissions (event_time);

create view form_submissions as
select e.id, e.fields, e.form, e.time, e.client_time, e.event_time, m.data as metadata
from raw.form_submissions e
join metadata m on m.id = e.metadata_id;
