-- Notes that the settings say $3 for $2 of topic $1.
insert into topic_settings (topic, name, value) values ($1, $2, $3)
on conflict (topic, name) do update set value = excluded.value
