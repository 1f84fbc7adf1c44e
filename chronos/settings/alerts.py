"""The settings of what a worker watches, and whom it tells."""

import re
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from chronos.settings.sections import Positive, Section

ADDRESS = re.compile(r"[^@\s<>,;]+@[^@\s<>,;]+")


def _web_address(text: str) -> str:
    try:
        host, _ = urlsplit(text).hostname, urlsplit(text).port
    except ValueError:
        host = None
    if not host or not re.fullmatch(r"https?://\S+", text):
        raise ValueError("expected an address such as https://hooks.example/path")
    return text


def _mail_address(text: str) -> str:
    if not ADDRESS.fullmatch(text):
        raise ValueError("expected an address such as me@example.org")
    return text


MailAddress = Annotated[str, AfterValidator(_mail_address)]


class Alerts(Section):
    """When something needs a person, and who is told beside the log."""

    webhook_url: Annotated[str, AfterValidator(_web_address)] | None = Field(
        None, description="Address to which each incident is posted as JSON when it begins and when it ends"
    )
    smtp_host: str | None = Field(
        None, min_length=1, max_length=253, description="Mail server that takes mails about incidents"
    )
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the mail server is spoken to; tls is usual with port 465"
    )
    smtp_user: str | None = Field(None, description="User at the mail server; unset, nobody logs in")
    smtp_password: str | None = Field(None, description="Its password")
    smtp_from: MailAddress | None = Field(None, description="Sender of mails")
    smtp_to: list[MailAddress] = Field(
        default_factory=list, description="Who gets mails", validate_default=True
    )
    look_seconds: float = Field(
        5.0, ge=0.5, le=30, description="How often a worker looks whether all is well, in seconds"
    )
    lag_growing_minutes: Positive = Field(
        10, description="What waits for a sink may grow for this long without an alert, in minutes"
    )
    lag_old_minutes: Positive = Field(
        15, description="A beacon may wait for a sink for this long without an alert, in minutes"
    )
    budget_hours: Positive = Field(
        24, description="How long before beacons would be deleted unread there is an alert, in hours"
    )
    disk_free_bytes: int = Field(
        2_000_000_000, ge=0, description="Less free space than this at the state directory is an alert"
    )

    @field_validator("smtp_to")
    @classmethod
    def _mails_are_complete(cls, addresses: list[str], info: ValidationInfo) -> list[str]:
        host, sender = info.data.get("smtp_host"), info.data.get("smtp_from")
        if host and not (addresses and sender):
            raise ValueError("a mail needs smtp_from and at least one address in smtp_to")
        if addresses and not host:
            raise ValueError("a mail needs a server: set smtp_host")
        return addresses
