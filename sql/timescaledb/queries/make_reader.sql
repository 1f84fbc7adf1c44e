-- Makes role $1 a reader of this database, which exists, and gives it its rights; returns how many relations it may read.
with added as (
    insert into readers (role) values ($1::name) on conflict (role) do nothing
)
select views.share_with($1::name)
