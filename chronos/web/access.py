"""Who may send and who may read: keys and origins, read again when ``chronos.toml`` changes."""

import hmac
import logging
import re
import time
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from chronos import settings
from chronos.errors import ConfigurationError, Unauthorised
from chronos.settings import Settings, WriteKeyFields

log = logging.getLogger(__name__)


HOUR = 3600.0  # seconds
MOST_REFUSED = 20  # origins that are remembered, since anybody can make up more
MOST_TOLD = 3
AN_ORIGIN = re.compile(r"null|https?://[a-z0-9.:\[\]-]{1,200}", re.ASCII)


class Access:
    """The keys and origins of ``config``; `reload` takes them from the file anew."""

    def __init__(
        self, config: Settings, path: Path | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._path = path or settings.config_path()
        self._clock = clock
        self._seen = self._stamp()
        self._use(config)

    def reload(self) -> None:
        """Take keys and origins of the file, if it changed; a broken file changes nothing and is logged."""
        stamp = self._stamp()
        # None: an editor that replaces the file has it away for a moment, and meanwhile no key is refused.
        if stamp is None or stamp == self._seen:
            return
        self._seen = stamp
        try:
            self._use(settings.load())
        except ConfigurationError as error:
            log.error("keys and origins stay as they were: %s", error)
        else:
            log.info("keys and origins were read again from %s", self._path)

    def project_of(self, key: str, named: str = "ACCESS_KEY") -> str:
        """The project to which a key lets its bearer write; raise Unauthorised for any other text.

        ``named`` is what the request calls the key.
        """
        given = key.encode("utf-8", "replace")
        # All are compared, each in constant time, so that time tells nothing.
        matches = [known for known in self.keys if hmac.compare_digest(known.key.encode(), given)]
        if not matches:
            raise Unauthorised(
                reason=f"{named} is not a write key of this server; `chronos key list` shows them"
            )
        return matches[0].name

    def check_reader(self, key: str) -> None:
        """Raise Unauthorised for any text that is no read key; a write key is none."""
        given = key.encode("utf-8", "replace")
        if not [known for known in self._read_keys if hmac.compare_digest(known.key.encode(), given)]:
            raise Unauthorised(reason="that is not a read key of this server; `chronos key list` shows them")

    def is_mentioned_in(self, body: bytes) -> bool:
        """Whether a key stands anywhere in ``body``: cheap, for bodies that are costly to read."""
        return any(known.key.encode() in body for known in self.keys)

    def check_origin(self, origin: str | None, host: str = "") -> None:
        """Raise Unauthorised unless pages of ``origin`` may send; None is a request without that header.

        Pages of ``host``, to which the request went, always may: the demo page, and an application that
        has Chronos behind its own address.
        """
        if origin is None:
            if self._require_origin:
                raise Unauthorised(reason="a request needs an Origin header here ([web] require_origin)")
        elif not (host and origin.partition("://")[2] == host) and not self._allowed(origin):
            self._note_refused(origin)
            raise Unauthorised(reason=f"origin {origin[:200]} may not send; add it to [web] allowed_origins")

    def refused_origins(self) -> list[str]:
        """A sentence on origins that were refused within an hour, if any: browsers tell pages no reason."""
        found = [origin for origin, when in reversed(self._refused.items()) if self._clock() - when < HOUR]
        if not found:
            return []
        more = f" and {len(found) - MOST_TOLD} more" if len(found) > MOST_TOLD else ""
        return [
            f"pages of {', '.join(found[:MOST_TOLD])}{more} tried to send and may not:"
            f" `chronos origin add {found[0]}` lets them, if they are yours"
        ]

    def newest_key(self, project: str | None = None) -> WriteKeyFields | None:
        """The key that the tracker is served with: the newest of a project, or of all."""
        fitting = (key for key in reversed(self.keys) if project in (None, key.name))
        return next(fitting, None)

    def _note_refused(self, origin: str) -> None:
        if not AN_ORIGIN.fullmatch(origin):
            return  # no browser says that, and it would stand in a command that somebody types
        if self._refused.pop(origin, None) is None:
            log.warning("pages of %s may not send: they are not in [web] allowed_origins", origin)
        self._refused[origin] = self._clock()
        if len(self._refused) > MOST_REFUSED:
            del self._refused[next(iter(self._refused))]

    def _use(self, config: Settings) -> None:
        self._refused: dict[str, float] = {}  # origins by when they tried last, the longest ago first
        self.keys: list[WriteKeyFields] = config.active_keys
        self._read_keys = config.active_read_keys
        self._require_origin = config.web.require_origin
        patterns = [pattern(origin) for origin in config.web.allowed_origins]
        self._allowed = lru_cache(maxsize=1024)(lambda origin: any(p.fullmatch(origin) for p in patterns))

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self._path.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size


def pattern(origin: str) -> re.Pattern[str]:
    """What matches the origins that an entry of [web] allowed_origins stands for."""
    if origin == "*":
        return re.compile(r"\S+")
    scheme, _, place = origin.partition("://")
    any_port = r"(:\d{1,5})?" if place.endswith(":*") else ""
    return re.compile(
        (re.escape(scheme) + "://" if place else re.escape(scheme))
        + re.escape(place.removesuffix(":*")).replace(r"\*", r"[^./:@\s]+")
        + any_port,
        re.IGNORECASE | re.ASCII,
    )
