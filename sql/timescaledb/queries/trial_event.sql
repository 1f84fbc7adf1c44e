-- Writes a custom event; for a transaction that is taken back.
insert into raw.custom_events (time, client_time, event_time, metadata_id, name, properties)
values (now(), now(), now(), gen_random_uuid(), 'chronos-doctor', '{}')
