"""The metadata of a beacon: stored once, under the hash of its canonical JSON."""

import hashlib
import json
import math
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec

from chronos.errors import InvalidBeacon
from chronos.models import lenient

REPLACEMENT = "\ufffd"
DEEPEST = 32


@dataclass(frozen=True, slots=True)
class Metadata:
    """``data`` is canonical JSON that PostgreSQL takes; ``problem`` says what had to be replaced for that."""

    id: UUID
    data: str
    problem: str | None = None


def read(raw: bytes) -> Metadata:
    """Make ``raw`` (a JSON object) canonical; what PostgreSQL refuses is replaced, and said."""
    # What may be nested deeper than that is looked at closely: whoever reads it again must not fail on it.
    if b"\\u" not in raw and raw.count(b"{") + raw.count(b"[") <= DEEPEST:
        try:
            return _canonical(msgspec.json.decode(raw), None)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, ValueError, OverflowError):
            pass
    return _mended(raw)


def _mended(raw: bytes) -> Metadata:
    problems: set[str] = set()
    try:
        mended = _mend(lenient.decode(raw), problems, DEEPEST)
    except InvalidBeacon as error:
        mended, problems = {}, {str(error)}
    return _canonical(mended, "metadata: " + ", ".join(sorted(problems)) if problems else None)


def _canonical(data: Any, problem: str | None) -> Metadata:
    # Of the same dictionary the same bytes: sorted keys, no spaces, UTF-8.
    text = json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
    return Metadata(UUID(bytes=digest), text, problem)


def _mend(value: Any, problems: set[str], depth: int) -> Any:
    if depth == 0:
        problems.add(f"nested deeper than {DEEPEST}, cut")
        return None
    if isinstance(value, dict):
        return {_mend_text(k, problems): _mend(v, problems, depth - 1) for k, v in value.items()}
    if isinstance(value, list):
        return [_mend(item, problems, depth - 1) for item in value]
    if isinstance(value, str):
        return _mend_text(value, problems)
    if isinstance(value, float) and not math.isfinite(value):
        problems.add("a number that is not finite, replaced by null")
        return None
    return value


def _mend_text(text: str, problems: set[str]) -> str:
    if "\x00" in text:
        problems.add("a NUL character, replaced")
        text = text.replace("\x00", REPLACEMENT)
    try:
        text.encode()
    except UnicodeEncodeError:
        problems.add("a lone surrogate, replaced")
        text = "".join(REPLACEMENT if "\ud800" <= char <= "\udfff" else char for char in text)
    return text
