"""How a command asks one worker: over HTTP, or in its container."""

import json
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from chronos.containers import inside
from chronos.probing import Answer, get
from chronos.settings import Settings

PATIENCE = 5.0  # seconds for whom nobody has started here
LOOPBACK = ("127.0.0.1", "::1", "localhost")


class Worker(ABC):
    """One worker, or whoever answers for all."""

    name: str

    @abstractmethod
    def place(self, path: str = "") -> str:
        """What is asked at ``path``, in words."""

    @abstractmethod
    def get(self, path: str, seconds: float) -> Answer:
        """What it answers; OSError where it does not."""

    @contextmanager
    def talking(self) -> Iterator[Callable[[str, float], Answer]]:
        """Yield what does as `get`, for many questions."""
        yield self.get


@dataclass(frozen=True)
class HttpWorker(Worker):
    """A worker at an address that is reached from here."""

    settings: Settings
    name: str
    address: str

    @classmethod
    def at(cls, settings: Settings, address: str) -> "HttpWorker":
        """The one at ``address``, called by its host and port."""
        return cls(settings, urlsplit(address).netloc, address.rstrip("/"))

    def place(self, path: str = "") -> str:
        """Its address."""
        return f"{self.address}{path}"

    def get(self, path: str, seconds: float) -> Answer:
        """Ask it, with a read key where it is not on this machine."""
        return get(f"{self.address}{path}", seconds, self._headers())

    @property
    def is_strange(self) -> bool:
        """Whether a worker of another deployment answers there; what does not answer as a worker is none."""
        try:
            said = json.loads(self.get("/health", PATIENCE).body)
            return bool(said["deployment"] != self.settings.deployment)
        except (OSError, ValueError, KeyError, TypeError):
            return False

    def _headers(self) -> dict[str, str]:
        keys = [key.key for key in self.settings.active_read_keys]
        if not keys or urlsplit(self.address).hostname in LOOPBACK:
            return {}
        return {"Authorization": f"Bearer {keys[-1]}"}


@dataclass(frozen=True)
class ContainerWorker(Worker):
    """A worker in a container, asked from within: no address of it leads there from here."""

    name: str
    container: str

    def place(self, path: str = "") -> str:
        """Its name."""
        return f"{path} of {self.name}" if path else self.name

    def get(self, path: str, seconds: float) -> Answer:
        """Have a process in the container ask it."""
        return inside.ask(self.container, path, seconds)

    @contextmanager
    def talking(self) -> Iterator[Callable[[str, float], Answer]]:
        """The same with one process for all questions, since it takes a second to start."""
        with inside.talking(self.container) as get:
            yield get
