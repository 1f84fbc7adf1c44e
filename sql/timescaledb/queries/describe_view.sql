-- Says of view $1, which stays what it is, what it is ($2), where it is declared ($3) and how ($4).
update views.catalog
set about = $2, file = $3, definition = $4
where name = $1 and (about, file, definition) is distinct from ($2, $3, $4)
