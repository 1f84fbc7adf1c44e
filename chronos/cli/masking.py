"""Hides what is secret in values that are shown."""

import re
from typing import Any

STARS = "***"
SECRET_NAMES = re.compile(r"(?:^|_)(?:password|secret|token|webhook|webhook_url|api_key)$")
IN_URL = re.compile(r"(?<=://)([^:/@\s]*):[^/\s]*@|\b(password=)[^&\s]*")


def masked(name: str, value: Any) -> Any:
    """The value of the setting ``name`` (dotted), with stars for its secrets: keys, passwords, tokens."""
    section, _, rest = name.partition(".")
    if value and SECRET_NAMES.search(name.rpartition(".")[2]):
        return STARS
    if isinstance(value, list):
        return [masked(name, one) for one in value]
    if isinstance(value, dict):
        return {inner: masked(f"{name}.{inner}", one) for inner, one in value.items()}
    if section in ("write_keys", "read_keys") and rest == "key":
        return STARS
    return IN_URL.sub(_stars, value) if isinstance(value, str) else value


def _stars(found: "re.Match[str]") -> str:
    return f"{found[2]}{STARS}" if found[2] else f"{found[1]}:{STARS}@"
