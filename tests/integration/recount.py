"""A plain recount of beacons in windows, event by event."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from messages import Received

from chronos.models.beacon import read_beacon
from chronos.models.decoder import Decoder
from chronos.windows.declared import WindowView
from chronos.windows.expression import compile_keys


class Recount:
    """What a worker would answer, by a plain recount of the messages, beacons sent twice once."""

    def __init__(self, messages: Iterable[Received], view: WindowView, lateness: timedelta) -> None:
        self.view = view
        self.lateness_ms = lateness / timedelta(milliseconds=1)
        self.counts: dict[int, Counter[str]] = defaultdict(Counter)
        self.too_late: Counter[int] = Counter()
        self.asked: list[Mapping[str, str]] = []
        keys, decoder, seen = compile_keys(view), Decoder(65_536), set()
        for message in messages:
            read = read_beacon(message, decoder)
            if read.id in seen:
                continue
            seen.add(read.id)
            metadata = json.loads(read.decoded.metadata.data)
            for event in read.decoded.events:
                if view.event in (None, event.wire_name):
                    [key] = keys([event], [metadata])
                    self.add(key, event.client_time, read.time.timestamp() * 1000)

    def add(self, key: str | None, client_ms: float, time_ms: float) -> None:
        event_ms = min(client_ms, time_ms)
        if key is None:
            return
        if time_ms - event_ms > self.lateness_ms:
            self.too_late[int(time_ms // 10_000)] += 1
        else:
            self.counts[int(event_ms // 10_000)][key] += 1

    async def __call__(self, name: str, asked: Mapping[str, str]) -> dict[str, Any]:
        assert name == self.view.name
        self.asked.append(asked)
        first, end, step = (int(asked[part]) // 10 for part in ("from", "to", "step"))
        return {
            "complete": True,
            "missing_partitions": [],
            "too_late": sum(n for slot, n in self.too_late.items() if first <= slot < end),
            "windows": [self.window(slot) for slot in range(first, end)] if step == 1 else [],
        }

    def window(self, slot: int) -> dict[str, Any]:
        counts = self.counts.get(slot, Counter())
        distinct = self.view.kind == "distinct"
        start = datetime.fromtimestamp(slot * 10, UTC).isoformat().replace("+00:00", "Z")
        total = len(counts) if distinct else counts.total()
        return {"start": start, "total": total, "other": 0, "counts": {} if distinct else dict(counts)}
