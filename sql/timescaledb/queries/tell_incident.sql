-- Notes that all who are to be told know that incident $1 of $2, begun at $3, has begun, and if $4 that it has ended.
update incidents set told_begun = true, told_ended = told_ended or $4
where name = $1 and subject = $2 and begun = $3
