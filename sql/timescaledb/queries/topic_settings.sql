-- Returns (topic, name, value): what the settings last said of the topics $1.
select topic, name, value from topic_settings where topic = any ($1)
