"""Who may read: whoever asks from this machine itself."""

import re
from ipaddress import ip_address

from aiohttp.web import Request

from chronos.errors import ReadFromElsewhere

# What proxies add: behind one on this machine everybody seems to be here.
FORWARDED = re.compile(
    r"forwarded|x-forwarded-.*|x-real-ip|x-client-ip|true-client-ip|cf-.*|via", re.IGNORECASE
)
HOST = re.compile(r"(localhost|[0-9.]+|\[[0-9a-fA-F:]+\])(:[0-9]+)?")


def check_loopback(request: Request) -> None:
    """Raise ReadFromElsewhere unless the request comes from this machine, and not through a proxy."""
    # A page of elsewhere whose name leads here (DNS rebinding) still says that name.
    host = HOST.fullmatch(request.host)
    if (
        not _is_loopback(request.remote or "")
        or any(FORWARDED.fullmatch(name) for name in request.headers)
        or host is None
        or not (host[1] == "localhost" or _is_loopback(host[1].strip("[]")))
        or request.headers.get("Sec-Fetch-Site", "none") not in ("none", "same-origin")
        or request.headers.get("Origin", f"http://{request.host}") != f"http://{request.host}"
    ):
        raise ReadFromElsewhere


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
