"""Whom incidents are told beside the log: a webhook, and people by mail."""

import asyncio
import ssl
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from typing import Protocol
from urllib.parse import urlsplit

import aiohttp
import aiosmtplib

from chronos.settings.alerts import Alerts
from chronos.watch.errors import AlertFailed
from chronos.watch.notice import Notice

SECONDS = 15.0  # that a channel may take


class Channel(Protocol):
    """Somewhere to send notices; ``name`` says where, without any secret."""

    @property
    def name(self) -> str:
        """For logs and people: ``webhook at https://hooks.example``."""
        ...

    async def send(self, notice: Notice) -> str:
        """Send a notice, and return what was answered; raise AlertFailed."""
        ...


class Webhook:
    """Posts JSON to ``url``, whose path and password are nobody's business."""

    def __init__(self, url: str) -> None:
        self._url = url
        parts = urlsplit(url)
        self._place = f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"

    @property
    def name(self) -> str:
        """Where it is."""
        return f"webhook at {self._place}"

    async def send(self, notice: Notice) -> str:
        """Every status from 200 to 299 is success."""
        timeout = aiohttp.ClientTimeout(total=SECONDS)
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout) as session,
                session.post(self._url, json=notice.as_data(), allow_redirects=False) as answer,
            ):
                status = answer.status
        # What these say may hold the whole address.
        except TimeoutError as error:
            raise AlertFailed(channel=self.name, reason=f"no answer within {SECONDS:g} s") from error
        except (aiohttp.ClientError, OSError, ValueError) as error:
            inner = getattr(error, "os_error", error)
            reason = getattr(inner, "strerror", None) or type(error).__name__
            raise AlertFailed(channel=self.name, reason=reason) from None
        if not 200 <= status < 300:
            raise AlertFailed(channel=self.name, reason=f"it answers {status}")
        return f"answers {status}"


class Mail:
    """Sends a mail to one of [alerts] smtp_to.

    Each is a channel of its own: what a server does not take for one of them is tried again, and must not
    come again and again to the others.
    """

    def __init__(self, alerts: Alerts, to: str) -> None:
        self._alerts = alerts
        self._to = to

    @property
    def name(self) -> str:
        """Where it goes."""
        return f"mail to {self._to} by {self._alerts.smtp_host}:{self._alerts.smtp_port}"

    async def send(self, notice: Notice) -> str:
        """The server has taken it, or it counts as failed."""
        alerts = self._alerts
        try:
            async with asyncio.timeout(SECONDS):
                _, said = await aiosmtplib.send(
                    self._message(notice),
                    recipients=[self._to],
                    hostname=alerts.smtp_host,
                    port=alerts.smtp_port,
                    username=alerts.smtp_user,
                    password=alerts.smtp_password,
                    use_tls=alerts.smtp_security == "tls",
                    start_tls=alerts.smtp_security == "starttls",
                    timeout=SECONDS,
                )
        except TimeoutError as error:
            raise AlertFailed(channel=self.name, reason=f"no answer within {SECONDS:g} s") from error
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            raise AlertFailed(channel=self.name, reason=_reason(error)) from error
        return f"says {said.strip()!r}"

    def _message(self, notice: Notice) -> EmailMessage:
        message = EmailMessage()
        message["From"] = self._alerts.smtp_from
        message["To"] = ", ".join(self._alerts.smtp_to)
        message["Subject"] = notice.title
        message["Date"] = formatdate(localtime=False)
        message["Message-ID"] = make_msgid(domain=str(self._alerts.smtp_from).rpartition("@")[2])
        message["Auto-Submitted"] = "auto-generated"  # so that nobody's vacation answers
        message.set_content(notice.text)
        return message


def _reason(error: BaseException) -> str:
    """What went wrong with a mail server; of its certificate libraries say only that it did not work."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLCertVerificationError):
            return f"its certificate is not to be trusted ({cause.verify_message})"
        cause = cause.__cause__ or cause.__context__
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        error = error.recipients[0]
    return " ".join(str(error).split()).removesuffix(":") or type(error).__name__


def configured(alerts: Alerts) -> list[Channel]:
    """The channels that the settings name."""
    found: list[Channel] = []
    if alerts.webhook_url:
        found.append(Webhook(alerts.webhook_url))
    if alerts.smtp_host:
        found += [Mail(alerts, to) for to in dict.fromkeys(alerts.smtp_to)]
    return found
