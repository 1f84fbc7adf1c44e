-- Makes `incidents`, what needed a person and when, and `topic_settings`, what the settings last said of topics.
create table incidents (
    id bigint generated always as identity primary key,
    name text not null,  -- one of docs/alerts.md
    subject text not null,  -- which of its kind: a topic, a sink, a broker, a worker; empty where there is one
    severity text not null check (severity in ('warning', 'critical')),
    summary text not null,  -- what is so, as it was last seen
    worker text not null,  -- who watches it
    begun timestamptz not null,
    seen timestamptz not null,  -- when it was last so
    ended timestamptz,
    told_begun boolean not null default false,  -- to all that are to be told
    told_ended boolean not null default false
);
-- However many watch, an incident begins once.
create unique index incidents_name_subject_idx on incidents (name, subject) where ended is null;
create index incidents_ended_idx on incidents (ended);

-- By it a worker knows that a setting has changed, and what somebody has set by hand is left as it is.
create table topic_settings (
    topic text not null,
    name text not null,
    value text,  -- null where the settings say nothing
    primary key (topic, name)
);
