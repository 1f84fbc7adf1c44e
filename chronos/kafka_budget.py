"""A budget of bytes for a topic, as settings that Kafka understands."""

SMALLEST_SEGMENT = 1_048_576  # bytes; Kafka 4 takes no smaller one
LARGEST_SEGMENT = 1_073_741_824
SEGMENTS = 8  # of a partition, about: so much of its budget is what the deletion of one gives back


def retention(budget: int, partitions: int, replicas: int, largest: int) -> dict[str, str]:
    """``retention.bytes`` and ``segment.bytes`` that keep a topic within ``budget`` bytes on all disks.

    Empty for 0, which is no limit. ``largest`` is the bytes of the largest message. Kafka deletes whole
    segments, never the one that is written, and only those without which ``retention.bytes`` are still
    there: a partition has up to that and a segment.
    """
    if not budget:
        return {}
    share = budget // (partitions * replicas)
    segment = max(SMALLEST_SEGMENT, largest, min(LARGEST_SEGMENT, share // SEGMENTS))
    return {"retention.bytes": str(max(segment, share - segment)), "segment.bytes": str(segment)}
