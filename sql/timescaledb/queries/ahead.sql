-- Returns (relation, partition, next_offset) of the tables that hold more of topic $1 than was fed.
select relation, partition, next_offset from views.ahead where topic = $1
