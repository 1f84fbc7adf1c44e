-- Makes `raw.form_abandonments` and the view `form_abandonments`: one row per form that was begun and not sent.
create table raw.form_abandonments (
    id bigint generated always as identity,
    time timestamptz not null,  -- arrival
    client_time timestamptz not null,  -- the browser's clock
    event_time timestamptz not null,  -- the browser's clock, corrected
    metadata_id uuid not null,
    form text not null,  -- which form it was
    fields jsonb not null  -- names, in the order in which they were first touched; the last is where it was left
);
create index form_abandonments_event_time_idx on raw.form_abandonments (event_time);

create view form_abandonments as
select e.id, e.form, e.fields, e.time, e.client_time, e.event_time, m.data as metadata
from raw.form_abandonments e
join metadata m on m.id = e.metadata_id;
