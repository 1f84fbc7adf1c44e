-- Makes the watermark of stream `{stream}`, a continuous view like any other: what was counted, by partition; kept for ever.
create view {stream}_watermark with (action = materialize) as
select partition, count(*) as rows, max(number) as number, max(place) as place
from {stream}
group by partition;
