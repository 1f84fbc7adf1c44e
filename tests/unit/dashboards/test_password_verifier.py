"""What PostgreSQL stores of a password is made as the RFC says (test_dashboards_role logs in with it)."""

import base64
import hashlib
import hmac

import pytest

from chronos.dashboards import verifier
from chronos.dashboards.errors import UnfitPassword

# The exchange that RFC 7677 gives as its example, of user "user" with password "pencil".
SALT = base64.b64decode("W22ZaJ0SNY7soEsUEjb6gQ==")
NONCE = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
MESSAGES = (
    f"n=user,r=rOprNGfwEbeRWgbNEkqO,r={NONCE},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096,c=biws,r={NONCE}".encode()
)
PROOF = base64.b64decode("dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=")
SIGNATURE = "6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def test_it_is_that_of_the_rfc() -> None:
    head, _, keys = verifier.scram_sha_256("pencil", SALT).rpartition("$")
    stored, server = (base64.b64decode(part) for part in keys.split(":"))
    assert head == "SCRAM-SHA-256$4096:W22ZaJ0SNY7soEsUEjb6gQ=="
    signature = hmac.digest(stored, MESSAGES, "sha256")
    client_key = bytes(a ^ b for a, b in zip(PROOF, signature, strict=True))
    assert hashlib.sha256(client_key).digest() == stored
    assert base64.b64encode(hmac.digest(server, MESSAGES, "sha256")).decode() == SIGNATURE


def test_the_salt_is_another_each_time() -> None:
    assert verifier.scram_sha_256("pencil") != verifier.scram_sha_256("pencil")


@pytest.mark.parametrize("password", ["0123456789ab", "!~" * 100])
def test_takes(password: str) -> None:
    verifier.check(password)


@pytest.mark.parametrize("password", ["0123456789a", "!" * 201, "0123456789\tab", "0123456789ü!"])
def test_refuses(password: str) -> None:
    with pytest.raises(UnfitPassword):
        verifier.check(password)
