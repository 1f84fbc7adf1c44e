-- Notes that no windows but those of $1 ids are counted.
update windows set counted = false where counted and id <> all ($1::text[])
