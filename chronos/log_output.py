"""How a process writes its log: as text or as JSON, without floods, and with nothing of visitors in it."""

import copy
import json
import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from chronos.masking import masked_text
from chronos.settings.log import Log

REPEAT_SECONDS = 10.0
# What it says of one broker it says of each, again and again; which one it is makes no difference.
BY_TEMPLATE = ("aiokafka",)
OF_REQUESTS = "aiohttp.server"


def set_up(handler: logging.Handler, settings: Log, worker: str | None = None) -> None:
    """Have a handler write as ``settings`` say; ``worker`` is the address of this one."""
    handler.addFilter(Fitting())  # first: the others ask for the message
    handler.addFilter(Unnamed())
    handler.addFilter(Damping(handler))
    handler.addFilter(Masking())
    written = handler.formatter or logging.Formatter()
    handler.setFormatter(JSON(worker) if settings.format == "json" else Trimmed(written))


class JSON(logging.Formatter):
    """One object a line: time, level, logger, message, worker and, where there is one, exception."""

    def __init__(self, worker: str | None = None) -> None:
        super().__init__()
        self._worker = {} if worker is None else {"worker": worker}

    def format(self, record: logging.LogRecord) -> str:
        """The record as JSON; what others hang on it is left out, since nobody knows what that is."""
        content = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage().strip(),
            **self._worker,
        }
        if record.exc_info:
            content["exception"] = record.exc_text or self.formatException(record.exc_info)
        return json.dumps(content, ensure_ascii=False)


class Fitting(logging.Filter):
    """Takes a record whose arguments do not fit its text: such a slip must not end whoever logs."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Leave the arguments out then, and say so; never refuse a record."""
        try:
            record.getMessage()
        except Exception as error:  # noqa: BLE001, an argument may raise whatever it likes
            text = record.msg if isinstance(record.msg, str) else type(record.msg).__name__
            record.msg = f"{text} (without its arguments, which do not fit: {type(error).__name__})"
            record.args = ()
        return True


class Trimmed(logging.Formatter):
    """As ``written`` has it, without spaces where lines end: Faust leaves room for what is seldom there."""

    def __init__(self, written: logging.Formatter) -> None:
        super().__init__()
        self._written = written

    def format(self, record: logging.LogRecord) -> str:
        """The record as lines."""
        return "\n".join(line.rstrip() for line in self._written.format(record).split("\n"))


class Unnamed(logging.Filter):
    """Takes out of what aiohttp says of requests who asked, and what."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite such a record, never refuse one; an exception keeps its type and its lines."""
        if record.name == OF_REQUESTS:
            error = record.exc_info[1] if record.exc_info else None
            record.msg = f"a request was not answered in order: {type(error).__name__}"
            record.args = ()
            if error is not None:
                # Its message may quote the request.
                blank = type(type(error).__name__, (Exception,), {"__module__": type(error).__module__})
                record.exc_info = (blank, blank(), error.__traceback__)
                record.exc_text = None
        return True


class Masking(logging.Filter):
    """Hides secrets that drivers and data sinks quote: in URLs, and assigned to their names."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite a record that has one, never refuse it."""
        said = record.getMessage()
        if (masked := masked_text(said)) != said:
            record.msg, record.args = masked, ()
        if record.exc_info and record.exc_info[0] is not None:
            text = record.exc_text or logging.Formatter().formatException(record.exc_info)
            if (masked := masked_text(text)) != text:
                record.exc_text = masked
        return True


@dataclass
class _Said:
    """A message: until when it is not said again, how often it was not, and how it was last."""

    until: float
    left_out: int
    last: logging.LogRecord


class Damping(logging.Filter):
    """Lets a message through once in ``seconds``, and then says how many were left out.

    ``handler`` is told what of it stays, when something else is logged.
    """

    def __init__(
        self,
        handler: logging.Handler,
        seconds: float = REPEAT_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._handler, self._seconds, self._clock = handler, seconds, clock
        self._said: dict[tuple[str, int, str], _Said] = {}  # in the order in which they are said again
        self._lock = threading.Lock()

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether a record is said."""
        if getattr(record, "is_summary", False):
            return True
        with self._lock:
            over = self._over()
            is_said = self._is_said(record)
        for one in over:
            self._handler.handle(self._summary(one))
        return is_said

    def _over(self) -> list[_Said]:
        """Those of which something was left out, of all whose time is over; the others are forgotten."""
        now, found = self._clock(), []
        for key, one in list(self._said.items()):
            if one.until > now:
                break
            del self._said[key]
            if one.left_out:
                found.append(one)
                # Saying how many there were says it once more.
                self._said[key] = _Said(now + self._seconds, 0, one.last)
        return found

    def _is_said(self, record: logging.LogRecord) -> bool:
        by_template = record.name.startswith(BY_TEMPLATE)
        key = (record.name, record.levelno, str(record.msg) if by_template else record.getMessage())
        before = self._said.get(key)
        if before is None:
            self._said[key] = _Said(self._clock() + self._seconds, 0, record)
            return True
        before.left_out += 1
        before.last = record
        return False

    def _summary(self, said: _Said) -> logging.LogRecord:
        summary = copy.copy(said.last)
        more = f"left out {said.left_out} more like this within {self._seconds:g} s"
        summary.msg, summary.args = f"{said.last.getMessage()} ({more})", ()
        summary.exc_info = summary.exc_text = None
        summary.is_summary = True
        return summary
