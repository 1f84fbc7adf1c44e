"""What PostgreSQL stores of a password, made here, so that no statement holds the password itself.

Source: RFC 5802 and RFC 7677; the format is that of ``pg_authid.rolpassword``.
"""

import base64
import hashlib
import hmac
import re
import secrets

from chronos.dashboards.errors import UnfitPassword

ITERATIONS = 4096
# Of other characters SASLprep would make others, or the same in more than one way.
FIT = re.compile(r"[!-~]{12,200}")


def check(password: str) -> None:
    """Raise UnfitPassword for one that is too short, or not of printable ASCII."""
    if not FIT.fullmatch(password):
        raise UnfitPassword


def scram_sha_256(password: str, salt: bytes | None = None) -> str:
    """The verifier of a password that `check` has let pass; ``salt`` is random unless given."""
    salt = secrets.token_bytes(16) if salt is None else salt
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), salt, ITERATIONS)
    stored = hashlib.sha256(hmac.digest(salted, b"Client Key", "sha256")).digest()
    server = hmac.digest(salted, b"Server Key", "sha256")
    return f"SCRAM-SHA-256${ITERATIONS}:{_text(salt)}${_text(stored)}:{_text(server)}"


def _text(value: bytes) -> str:
    return base64.b64encode(value).decode()
