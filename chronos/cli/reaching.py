"""How a command reaches the web view as a page does: from which origin, and whether it is there."""

from collections.abc import Sequence

import aiohttp

from chronos.errors import ServiceError
from chronos.settings import Settings

PATIENCE = 10.0  # seconds that an answer may take


def origin(settings: Settings, worker: str) -> str:
    """An origin whose pages may send: the first that is allowed, else that of the worker's own pages."""
    for pattern in settings.web.allowed_origins:
        if "://" in pattern:
            return pattern.removesuffix(":*").replace("*", "www")
    return worker


async def check(urls: Sequence[str]) -> None:
    """Raise ServiceError for an address of beacons at which nobody answers what a preflight asks."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as http:
        for url in urls:
            try:
                async with http.options(url):
                    pass
            except (aiohttp.ClientError, OSError, TimeoutError, ValueError) as error:
                reason = f"no answer ({said(error)}); does it run? `chronos status` says so"
                raise ServiceError(service=f"The worker at {url}", reason=reason) from error


def said(error: Exception) -> str:
    """What went wrong with a request, in few words."""
    cause = getattr(error, "os_error", None) or error
    return getattr(cause, "strerror", None) or str(cause) or type(cause).__name__
