"""Who may read: whoever asks from this machine itself."""

from ipaddress import ip_address

from aiohttp.web import Request

from chronos.errors import ReadFromElsewhere

# What a proxy adds: behind one on this machine everybody seems to be here.
FORWARDED = ("Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Real-IP", "Via")


def check_loopback(request: Request) -> None:
    """Raise ReadFromElsewhere unless the request comes from this machine, and not through a proxy."""
    named = request.host.rsplit(":", 1)[0] if not request.host.endswith("]") else request.host
    if (
        not _is_loopback(request.remote or "")
        or any(name in request.headers for name in FORWARDED)
        # A page of elsewhere whose name leads here (DNS rebinding) still says that name.
        or not (named == "localhost" or _is_loopback(named.strip("[]")))
    ):
        raise ReadFromElsewhere


def _is_loopback(address: str) -> bool:
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return False
