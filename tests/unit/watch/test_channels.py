"""A real web server and a real mail server are told; secrets stay where they belong."""

import asyncio
import gc
import shutil
import ssl
import subprocess
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiosmtpd.handlers import Message as MessageHandler
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from chronos.settings.alerts import Alerts
from chronos.watch.channels import Mail, Webhook, configured
from chronos.watch.errors import AlertFailed
from chronos.watch.incidents import Incident
from chronos.watch.notice import Notice
from chronos.watch.telling import Teller

SECRET = "a-secret-of-tests"
BEGUN = Notice.of(Incident("broker_away", "2", "broker 2 is away, 2 of 3 are there", 1_700_000_000.0))
ENDED = Notice.of(Incident("broker_away", "2", "broker 2 is away", 1_700_000_000.0, 1_700_000_060.0))


class Hook:
    """A web server; ``status`` is what it answers."""

    def __init__(self) -> None:
        self.got: list[Any] = []
        self.status = 200
        self.url = ""

    async def take(self, request: web.Request) -> web.Response:
        self.got.append((request.path, request.headers.get("Authorization"), await request.json()))
        return web.Response(status=self.status, headers={"Location": f"{self.url}/elsewhere"})


@pytest.fixture
async def hook() -> AsyncIterator[Hook]:
    made = Hook()
    app = web.Application()
    app.router.add_post("/{path:.*}", made.take)
    runner = web.AppRunner(app)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    host, port = runner.addresses[0][:2]
    made.url = f"http://{host}:{port}"
    yield made
    await runner.cleanup()


async def test_a_webhook_gets_what_it_is_about(hook: Hook) -> None:
    assert await Webhook(f"{hook.url}/{SECRET}").send(BEGUN) == "answers 200"
    assert await Webhook(f"{hook.url}/{SECRET}").send(ENDED) == "answers 200"
    (path, _, begun), (_, _, ended) = hook.got
    assert path == f"/{SECRET}"
    assert {name: begun[name] for name in ("incident", "subject", "state", "since", "until", "severity")} == {
        "incident": "broker_away",
        "subject": "2",
        "state": "begun",
        "since": "2023-11-14T22:13:20Z",
        "until": None,
        "severity": "warning",
    }
    assert begun["what_to_do"]
    assert begun["host"]
    assert begun["summary"] in begun["text"]
    assert (ended["state"], ended["until"]) == ("ended", "2023-11-14T22:14:20Z")


@pytest.mark.parametrize("status", [302, 404, 500])
async def test_a_webhook_that_does_not_take_it_has_failed(hook: Hook, status: int) -> None:
    hook.status = status
    with pytest.raises(AlertFailed, match=f"it answers {status}"):
        await Webhook(f"{hook.url}/{SECRET}").send(BEGUN)
    assert len(hook.got) == 1


@pytest.mark.parametrize(
    "url",
    [f"http://127.0.0.1:1/{SECRET}", f"http://me:{SECRET}@127.0.0.1:1/", f"http://no..host/{SECRET}"],
    ids=["nobody there", "a password", "no host"],
)
async def test_what_is_said_of_a_webhook_holds_no_secret(url: str) -> None:
    with pytest.raises(AlertFailed) as failed:
        await Webhook(url).send(BEGUN)
    assert SECRET not in f"{failed.value} {failed.value.__cause__}"


class Mails(MessageHandler):
    """Keeps what it was sent."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[Any] = []

    def handle_message(self, message: Any) -> None:
        self.got.append(message)


def login(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
    is_right = isinstance(data, LoginPassword) and data.password == SECRET.encode()
    return AuthResult(success=is_right, handled=is_right)


@asynccontextmanager
async def mail_server(
    mails: Mails, context: ssl.SSLContext | None = None, **options: Any
) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(
        lambda: SMTP(mails, hostname="127.0.0.1", loop=loop, **options), "127.0.0.1", 0, ssl=context
    )
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


TO = ["a@example.org", "b@example.org"]


def alerts(port: int, **more: Any) -> Alerts:
    facts = {"smtp_security": "none", "smtp_from": "chronos@example.org", **more}
    return Alerts(smtp_host="127.0.0.1", smtp_port=port, smtp_to=TO, **facts)


def mail(port: int, **more: Any) -> Mail:
    return Mail(alerts(port, **more), TO[0])


async def test_a_mail_says_what_is_so_and_what_to_do() -> None:
    mails = Mails()
    async with mail_server(mails) as port:
        await mail(port).send(BEGUN)
        await mail(port).send(ENDED)
    begun, ended = mails.got
    assert begun["From"] == "chronos@example.org"
    assert begun["To"] == "a@example.org, b@example.org"
    assert "broker_away 2 has begun" in begun["Subject"]
    assert "broker_away 2 is over" in ended["Subject"]
    assert "Broker 2 is away, 2 of 3 are there." in begun.get_payload()
    assert "Start it again." in begun.get_payload()
    assert "Until:    2023-11-14T22:14:20Z" in ended.get_payload()


class Picky(Mails):
    """Takes no mail for one of them."""

    async def handle_RCPT(self, *given: Any) -> str:
        _, _, envelope, address, options = given
        if address == TO[1]:
            return "550 nobody of that name"
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"


async def test_a_mail_that_is_not_taken_for_one_comes_once_to_the_others() -> None:
    mails, told = Picky(), list[Notice]()

    async def note(one: Notice) -> None:
        told.append(one)

    async with mail_server(mails) as port:
        found = configured(alerts(port))
        with pytest.raises(AlertFailed, match=f"{TO[1]} .* was not told: .*nobody of that name"):
            await found[1].send(BEGUN)
        tries = iter(range(3))
        enough = asyncio.Event()

        def retry(attempt: int) -> float:
            if next(tries, None) is None:
                enough.set()
            return 0.0

        running = asyncio.create_task((teller := Teller(found, note, retry)).run())
        await teller.send(BEGUN)
        await asyncio.wait_for(enough.wait(), 60)
        running.cancel()
        await asyncio.wait([running])
    assert [one["X-RcptTo"] for one in mails.got] == [TO[0]]
    assert told == [], "not all know yet"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate for 127.0.0.1, and its key."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("a certificate is made by openssl, which is not on this machine")
    folder = tmp_path_factory.mktemp("certificate")
    made, key = folder / "made.pem", folder / "key.pem"
    names = ["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]
    command = [openssl, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *names]
    subprocess.run([*command, "-keyout", str(key), "-out", str(made)], check=True, capture_output=True)
    return made, key


def tls(security: str, certificate: tuple[Path, Path]) -> dict[str, Any]:
    """What a mail server needs to speak it."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    return {"context": context} if security == "tls" else {"tls_context": context, "require_starttls": True}


@pytest.mark.filterwarnings("ignore:Requiring AUTH")  # the server does not see that all of it is encrypted
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_mail_goes_encrypted_and_with_a_password(
    certificate: tuple[Path, Path], security: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    mails = Mails()
    known = {"smtp_security": security, "smtp_user": "me", "smtp_password": SECRET}
    async with mail_server(
        mails, authenticator=login, auth_required=True, auth_require_tls=False, **tls(security, certificate)
    ) as port:
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
        assert await mail(port, **known).send(BEGUN)
        with pytest.raises(AlertFailed) as failed:
            await mail(port, **{**known, "smtp_password": "wrong-one"}).send(BEGUN)
    assert len(mails.got) == 1
    assert "wrong-one" not in str(failed.value)


# The server leaves the socket of a handshake that failed to the garbage collector.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize("security", ["starttls", "tls"])
async def test_a_mail_server_whose_certificate_nobody_knows_gets_nothing(
    certificate: tuple[Path, Path], security: str
) -> None:
    mails = Mails()
    async with mail_server(mails, **tls(security, certificate)) as port:
        with pytest.raises(AlertFailed, match="its certificate is not to be trusted"):
            await mail(port, smtp_security=security).send(BEGUN)
    gc.collect()
    assert mails.got == []


async def test_a_mail_never_goes_in_the_clear_where_it_is_to_be_encrypted() -> None:
    mails = Mails()
    async with mail_server(mails) as port:
        with pytest.raises(AlertFailed, match="STARTTLS"):
            await mail(port, smtp_security="starttls").send(BEGUN)
    assert mails.got == []


async def test_a_mail_server_that_is_not_there_is_said_to_be() -> None:
    with pytest.raises(AlertFailed, match=r"mail to a@example.org by 127.0.0.1:1 was not told"):
        await mail(1).send(BEGUN)


def test_channels_are_those_that_the_settings_name() -> None:
    assert configured(Alerts()) == []
    found = configured(
        alerts(25).model_copy(update={"webhook_url": f"https://me:{SECRET}@hooks.example/{SECRET}"})
    )
    assert [one.name for one in found] == [
        "webhook at https://hooks.example",
        "mail to a@example.org by 127.0.0.1:25",
        "mail to b@example.org by 127.0.0.1:25",
    ]
