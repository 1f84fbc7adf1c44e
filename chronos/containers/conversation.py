"""Keeps a command running that answers each line with a line: one in a container takes long to start."""

import subprocess
import threading
from collections.abc import Sequence
from contextlib import suppress
from types import TracebackType

from chronos.containers import engine
from chronos.containers.errors import Late, NoDocker


class Conversation:
    """With ``command``, from entering to leaving; NoDocker where it cannot be run."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self._complaint = ""
        self._late = threading.Event()

    def __enter__(self) -> "Conversation":
        """Start it."""
        pipe = subprocess.PIPE
        try:
            self._process = subprocess.Popen(self._command, stdin=pipe, stdout=pipe, stderr=pipe, text=True)
        except FileNotFoundError as missing:
            raise NoDocker from missing
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Let it end: there is no line any more."""
        self._process.communicate()

    def ask(self, line: str, seconds: float) -> str:
        """What it answers; Late, or EngineAway or CommandFailed where it has ended."""
        timer = threading.Timer(seconds, self._end)
        timer.start()
        answer = self._exchange(line)
        timer.cancel()
        if self._late.is_set():
            raise Late(seconds=seconds)
        if not answer:
            assert self._process.stderr
            self._complaint += self._process.stderr.read()
            raise engine.failure(self._command, self._complaint)
        return answer

    def _exchange(self, line: str) -> str:
        assert self._process.stdin
        assert self._process.stdout
        with suppress(BrokenPipeError):
            print(line, file=self._process.stdin, flush=True)
        return self._process.stdout.readline()

    def _end(self) -> None:
        self._late.set()
        self._process.kill()
