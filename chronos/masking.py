"""Hides what is secret in settings and texts that are shown: passwords, tokens, keys that let somebody in."""

import re
from typing import Any

STARS = "***"
KEY_TABLES = ("write_keys", "read_keys")
OWN_TABLES = ("sinks",)  # whose names are chosen by others: a plain `key` there is taken for one that lets in

# What a name has to end in, by its words, to be that of a secret.
SECRET = re.compile(
    r"(?:(?:ssl)?password|passwd|passphrase|passcode|pass|pwd|pin|secret|token|credential|webhook"
    r"|(?:api|access|secret|private)key|signature|sig|jwt|bearer|authorization)s?"
)
# What a key is of, when it lets somebody in; `primary_key`, `key_columns` and `public_key` do not.
OF_KEY = re.compile(
    r"access|account|api|app|auth|consumer|encryption|hmac|ingest|license|master|private|read|routing|secret"
    r"|service|shared|sign|signing|ssh|storage|token|write"
)
KEYS = frozenset({"key", "keys"})
HARMLESS_BEFORE = frozenset(
    {"max", "min", "num", "count", "n", "no", "use", "has", "is"}
)  # of how many, whether
HARMLESS_AFTER = frozenset({"url", "urls", "value", "hash", "text", "string", "base64", "b64"})

_WORDS = re.compile(r"base64|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")
_IN_URL = re.compile(
    # The password of user:password@, which holds `/` only where somebody forgot to encode it.
    r"(?<=://)(?P<user>[^:/@\s\"']*):(?:[^/\s\"']*|(?!\d+(?:[/?#,]|$))[^@\s\"']*)@"
    # A token in the place of a user, as services have it that are asked by HTTP.
    r"|(?<=http://)[^:/@\s\"']+@|(?<=https://)[^:/@\s\"']+@"
)
# `name=value` and `name: value`, either in quotes or not: of settings, headers, JSON, JSON in a text.
# Where bytes are quoted, a name stands behind the letter of a line's end.
_NAME = re.compile(r"(?<![\w.-])(?:(?<=\\)[nrt])?(?P<name>[\w.-]++)\\*[\"']?[^\S\n]*(?P<is>[=:])[^\S\n]*")
_VALUE = re.compile(
    r"b?\"(?:[^\"\\]|\\.)*\"|b?'(?:[^'\\]|\\.)*'|\\+[\"'][^\"']*[\"']"
    r"|(?:(?i:bearer|basic|digest|token|apikey)[^\S\n]+)?[^&;,\s\"']+"
)
# What HTTP lets somebody in with, where its header is not named; a mere word behind it is one of a sentence.
_LETS_IN = re.compile(r"\b(?P<scheme>(?i:bearer|basic))[^\S\n]+(?=[^\s,;\"']*(?:\d|[a-z][A-Z]))[^\s,;\"']+")


def masked(name: str, value: Any) -> Any:
    """The value of the setting ``name`` (dotted), with stars for what of it is secret."""
    if isinstance(value, bool) or value in (None, "", [], {}):
        return value
    if isinstance(value, dict):
        if _is_secret(name) and name.partition(".")[0] not in KEY_TABLES:
            return dict.fromkeys(value, STARS)  # by whatever names the secrets in it go
        return {inner: masked(f"{name}.{inner}", one) for inner, one in value.items()}
    if isinstance(value, list):
        return [masked(name, one) for one in value]
    if _is_secret(name):
        return STARS
    return masked_text(value) if isinstance(value, str) else value


def masked_text(text: str) -> str:
    """A text with stars for passwords in its URLs and for what is assigned to names of secrets there."""
    if "://" in text:
        text = _IN_URL.sub(
            lambda found: f"{found['user']}:{STARS}@" if found["user"] is not None else f"{STARS}@", text
        )
    return _LETS_IN.sub(rf"\g<scheme> {STARS}", _masked_values(text))


def is_secret_name(name: str) -> bool:
    """Whether a name without dots is that of a secret, by its words: ``smtp_password``, ``secretKey``."""
    words = [word.lower() for word in _WORDS.findall(name)]
    while len(words) > 1 and words[-1] in HARMLESS_AFTER:
        words.pop()
    if not words or words[0] in HARMLESS_BEFORE:
        return False
    if SECRET.fullmatch(words[-1]):
        return True
    return words[-1] in KEYS and "public" not in words and any(map(OF_KEY.fullmatch, words[:-1]))


def _is_secret(name: str) -> bool:
    table, _, rest = name.partition(".")
    last = rest.rpartition(".")[2] or table
    if table in KEY_TABLES:
        return last in (*KEY_TABLES, "key") or last.isdecimal()
    return is_secret_name(last) or (table in OWN_TABLES and last in KEYS)


def _masked_values(text: str) -> str:
    shown: list[str] = []
    end = 0
    for found in _NAME.finditer(text):
        if found.start() >= end and _names_a_secret(found) and (value := _VALUE.match(text, found.end())):
            shown += text[end : found.end()], STARS
            end = value.end()
    return "".join((*shown, text[end:]))


def _names_a_secret(found: "re.Match[str]") -> bool:
    # The path of a file, or a user or host in a URL, is followed by a colon, too.
    is_place = found["is"] == ":" and found.string[found.start() - 1 : found.start()] in ("/", "@")
    return not is_place and is_secret_name(found["name"].rpartition(".")[2])
