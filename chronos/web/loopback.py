"""Whether a request comes from this machine itself."""

import re
from ipaddress import ip_address

from aiohttp.web import BaseRequest

# What proxies add: behind one on this machine everybody seems to be here.
FORWARDED = re.compile(
    r"forwarded|x-forwarded-.*|x-real-ip|x-client-ip|true-client-ip|cf-.*|via", re.IGNORECASE
)
HOST = re.compile(r"(localhost|[0-9.]+|\[[0-9a-fA-F:]+\])(:[0-9]+)?")


def is_local(request: BaseRequest) -> bool:
    """Whether it does, as far as its headers tell: not through a proxy, not by a page of elsewhere."""
    # A page of elsewhere whose name leads here (DNS rebinding) still says that name.
    host = HOST.fullmatch(request.host)
    return (
        _is_loopback(request.remote or "")
        and not any(FORWARDED.fullmatch(name) for name in request.headers)
        and host is not None
        and (host[1] == "localhost" or _is_loopback(host[1].strip("[]")))
        and request.headers.get("Sec-Fetch-Site", "none") in ("none", "same-origin")
        and request.headers.get("Origin", f"http://{request.host}") == f"http://{request.host}"
    )


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
