-- Clicks by the node that was hit, of all time; kept for ever.
create view node_types_count with (action = materialize) as
select target_node, count(*)
from clicks
group by target_node;
