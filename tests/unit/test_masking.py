"""Secrets in settings and texts are hidden, and what only looks like one is shown."""

from typing import Any

import pytest

from chronos.masking import is_secret_name, masked, masked_text

KEY = "a-key-for-tests-only"


@pytest.mark.parametrize(
    "name",
    [
        *(
            "password",
            "passwd",
            "smtp_password",
            "sasl_password",
            "sslPassword",
            "db-pass",
            "pwd",
            "passphrase",
        ),
        *(
            "secret",
            "client_secret",
            "secret_access_key",
            "secretAccessKey",
            "AWS_SECRET_ACCESS_KEY",
            "secret_key",
        ),
        *(
            "api_key",
            "apiKey",
            "APIKey",
            "apikey",
            "api_keys",
            "X-Api-Key",
            "write_key",
            "account_key",
            "AccountKey",
        ),
        *(
            "private_key",
            "signing_key",
            "encryption_key",
            "shared_access_key",
            "SharedAccessSignature",
            "auth_key",
        ),
        *("token", "access_token", "bearer_token", "refreshToken", "tokens", "token_value", "password_hash"),
        *(
            "webhook",
            "webhook_url",
            "slack_webhook_url",
            "credentials",
            "authorization",
            "private_key_base64",
        ),
    ],
)
def test_names_of_secrets(name: str) -> None:
    assert is_secret_name(name)


@pytest.mark.parametrize(
    "name",
    [
        *("key", "keys", "key_columns", "max_keys", "primary_key", "partition_key", "sort_key", "public_key"),
        *(
            "keyboard",
            "monkey",
            "key_presses",
            "access_key_id",
            "key_name",
            "routing",
            "foreign_key",
            "keyspace",
        ),
        *(
            "max_tokens",
            "token_count",
            "token_url_path",
            "use_token",
            "has_password",
            "password_file",
            "secret_name",
        ),
        *(
            "compass",
            "passenger",
            "bypass",
            "secretary",
            "tokenizer",
            "pin_jars",
            "user",
            "url",
            "host",
            "bucket",
        ),
    ],
)
def test_names_of_what_may_be_shown(name: str) -> None:
    assert not is_secret_name(name)


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("write_keys", [{"key": KEY, "name": "shop"}], [{"key": "***", "name": "shop"}]),
        ("write_keys", [KEY], ["***"]),
        ("write_keys.0", KEY, "***"),
        ("windows.by_page.key", "url", "url"),
        ("tracker.events.key_presses", True, True),
        ("alerts.smtp_password", "p", "***"),
        ("alerts.smtp_password", "", ""),
        ("alerts.smtp_password", 1234, "***"),
        ("alerts.webhook_url", "https://hooks.example/T0/x", "***"),
        ("web.allowed_origins", ["https://shop.example"], ["https://shop.example"]),
        (
            "sinks",
            {
                "s3": {
                    "bucket": "b",
                    "secret_access_key": "x",
                    "access_key_id": "AK",
                    "key": "k",
                    "max_keys": 3,
                }
            },
            {
                "s3": {
                    "bucket": "b",
                    "secret_access_key": "***",
                    "access_key_id": "AK",
                    "key": "***",
                    "max_keys": 3,
                }
            },
        ),
        ("sinks.s3", {"secrets": {"prod": "x", "test": "y"}}, {"secrets": {"prod": "***", "test": "***"}}),
        ("sinks.s3", {"auth": {"token": ["a", "b"]}}, {"auth": {"token": ["***", "***"]}}),
        (
            "sinks.mq",
            {"dsn": "amqp://u:p@h/v", "use_token": True},
            {"dsn": "amqp://u:***@h/v", "use_token": True},
        ),
    ],
)
def test_settings(name: str, value: Any, shown: Any) -> None:
    assert masked(name, value) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("postgresql://a:b:c@h:1/d", "postgresql://a:***@h:1/d"),
        ("postgresql://a:b@c@h/d", "postgresql://a:***@h/d"),
        ("postgresql://a:b/c@h/d", "postgresql://a:***@h/d"),
        ("postgresql://:b@h/d", "postgresql://:***@h/d"),
        ("postgresql://a@h/d?password=p&y=2", "postgresql://a@h/d?password=***&y=2"),
        ("postgresql://a@h/d?sslpassword=p%26&sslmode=on", "postgresql://a@h/d?sslpassword=***&sslmode=on"),
        ("http://127.0.0.1:6066/x?to=a@b", "http://127.0.0.1:6066/x?to=a@b"),
        ("https://h:9200,https://u:p@g", "https://h:9200,https://u:***@g"),
        ("https://t0ken@sentry.example/1", "https://***@sentry.example/1"),
        ("https://h/x?api_key=a&page=2&sig=b", "https://h/x?api_key=***&page=2&sig=***"),
        ("host=h user=me password='a b' dbname=d", "host=h user=me password=*** dbname=d"),
        (
            'org.LoginModule required username="u" password="p";',
            'org.LoginModule required username="u" password=***;',
        ),
        ("Server=h;User Id=u;Pwd=p;Encrypt=yes", "Server=h;User Id=u;Pwd=***;Encrypt=yes"),
        ("AccountName=a;AccountKey=Zm9v==;Suffix=x", "AccountName=a;AccountKey=***;Suffix=x"),
        ("cannot reach 'redis://:p@h:1/0' (refused)", "cannot reach 'redis://:***@h:1/0' (refused)"),
        ("password: p4ss", "password: ***"),
        ("login of shop, password:p, host: h", "login of shop, password:***, host: h"),
        ('{"user": "u", "password": "a \\"b\\" c", "n": 1}', '{"user": "u", "password": ***, "n": 1}'),
        ("{'user': 'u', 'api_key': b'k', 'n': 1}", "{'user': 'u', 'api_key': ***, 'n': 1}"),
        (r'"{\"user\": \"u\", \"password\": \"a b\"}"', r'"{\"user\": \"u\", \"password\": ***}"'),
        ('{"pin":1234,"n":1}', '{"pin":***,"n":1}'),
        ("user: u\npassword:\nhost: h", "user: u\npassword:\nhost: h"),
        ("Authorization: Bearer abc.DEF-1\nHost: h", "Authorization: ***\nHost: h"),
        ("authorization: Basic dTpw", "authorization: ***"),
        ("Proxy-Authorization=Basic dTpw", "Proxy-Authorization=***"),
        ("{'Authorization': 'Bearer k', 'Accept': '*/*'}", "{'Authorization': ***, 'Accept': '*/*'}"),
        ("it failed: password: p", "it failed: password: ***"),
        ("curl -H 'X-Api-Key: k' h", "curl -H 'X-Api-Key: ***' h"),
        ("[('authorization', 'Bearer t0ken')]", "[('authorization', 'Bearer ***')]"),
        ("sent Basic dXNlcjpwYXNz, refused", "sent Basic ***, refused"),
        ("b'Host: h\\r\\nX-Api-Key: k'", "b'Host: h\\r\\nX-Api-Key: ***'"),
    ],
)
def test_texts(text: str, shown: str) -> None:
    assert masked_text(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "incident lag_old (store_events): key=value",
        'InvalidPasswordError: password authentication failed for user "shop"',
        "cannot read /run/secrets/shop_password: Permission denied",
        "no connection to postgresql://shop@token:5432/secret: refused",
        "redis://token:***@h:1/0",
        '{"key": "url", "primary_key": 3, "max_tokens": 5, "at": "12:30:01"}',
        "Bearer token is missing",
        "Basic authentication is not offered; ask for a basic: the bearer of a key",
        "keys: 3 of 4, key 'url' has no password",
        "events: 12, http://127.0.0.1:6066/api/views: 200",
    ],
)
def test_texts_without_a_secret_stay_as_they_are(text: str) -> None:
    assert masked_text(text) == text


def test_a_long_text_is_read_in_no_time() -> None:
    text = 3 * ("a.b-" * 50_000 + " " + "bearer " * 50_000 + "\\" * 50_000 + "'")
    assert masked_text(text) == text
