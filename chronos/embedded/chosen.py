"""Keeps the addresses and ports that were chosen, in ``addresses.json``."""

import threading
from collections.abc import Callable
from typing import Any

from chronos.embedded import files, ports
from chronos.embedded.home import Home


class Chosen:
    """``addresses.json``: ``kafka``, ``timescaledb``, and ``ports``: what was wanted and what was chosen."""

    _lock = threading.Lock()

    def __init__(self, home: Home) -> None:
        self.path = home.addresses

    def read(self) -> dict[str, Any]:
        """All that was chosen so far."""
        return files.read_json(self.path)

    def port(
        self, name: str, usual: int, host: str = "127.0.0.1", is_ours: Callable[[int], bool] = lambda _: False
    ) -> int:
        """A free port for ``name``, the same as last time where that is free, or ``is_ours`` says so."""
        with self._lock:
            content = self.read()
            kept = content.setdefault("ports", {})
            wanted, chosen = kept.pop(name, (usual, None))
            if chosen is not None and wanted == usual and is_ours(chosen):
                return int(chosen)
            others = {port for _, port in kept.values()}
            port = ports.choose(usual, chosen if wanted == usual else None, others, host)
            kept[name] = [usual, port]
            files.write_json(self.path, content)
            return port

    def kept_port(self, name: str) -> int | None:
        """The port that was last chosen for ``name``."""
        pair = self.read().get("ports", {}).get(name)
        return pair[1] if pair else None

    def moved(self, name: str) -> tuple[int, int] | None:
        """The port that was wanted for ``name`` and the one that was chosen, where that is another."""
        wanted, chosen = self.read().get("ports", {}).get(name, (None, None))
        return (wanted, chosen) if wanted != chosen else None

    def forget(self, name: str) -> None:
        """Have the wanted port tried first when one is chosen again for ``name``."""
        with self._lock:
            content = self.read()
            if content.get("ports", {}).pop(name, None):
                files.write_json(self.path, content)

    def publish(self, service: str, address: str) -> None:
        """Tell other processes the ``address`` of ``service``."""
        with self._lock:
            content = self.read()
            if content.get(service) != address:
                files.write_json(self.path, content | {service: address})
