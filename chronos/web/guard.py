"""Who may read: whoever asks from this machine itself, and who has a read key.

The key is a bearer token, or the password of HTTP's own login, which a browser asks for by itself.
"""

import re
from base64 import b64decode
from binascii import Error as NotBase64
from collections.abc import Awaitable, Callable
from typing import Any, cast

from aiohttp.web import Request, StreamResponse, json_response, middleware

from chronos.app import app
from chronos.errors import Unauthorised
from chronos.services import access
from chronos.settings.paths import OF_FAUST
from chronos.web.loopback import is_local

# The live page, views and windows, and the pages that Faust has, also those which a setting brings.
# Below `/stats/` there may be a tracker, see docs/pages.md.
OWN = ("/live", "/api/live", "/api/views", "/api/windows")
GUARDED = re.compile(rf"/|/stats/?|(?:{'|'.join(OWN + OF_FAUST)})(?:/.*)?", re.DOTALL)
LOGIN = 'Basic realm="Chronos: a read key as the password", charset="UTF-8"'
NEEDED = (
    "reading from elsewhere needs a read key (`chronos key new --read`): `Authorization: Bearer KEY`,"
    " or a login with it as the password"
)


@middleware
async def guard(request: Request, handler: Callable[[Request], Awaitable[StreamResponse]]) -> StreamResponse:
    """Answer 401 to readers from elsewhere without a read key."""
    if GUARDED.fullmatch(request.path) and not is_local(request):
        try:
            access.check_reader(_given(request.headers.get("Authorization", "")))
        except Unauthorised as error:
            answer = {"success": False, "error": str(error)}
            headers = {"WWW-Authenticate": LOGIN, "Cache-Control": "no-store"}
            return json_response(answer, status=error.status, headers=headers)
    return await handler(request)


def _given(authorization: str) -> str:
    """The key of a header; raise Unauthorised where there is none."""
    scheme, _, value = authorization.strip().partition(" ")
    if scheme.lower() == "bearer" and value.strip():
        return value.strip()
    if scheme.lower() == "basic":
        try:
            return b64decode(value.strip(), validate=True).decode().partition(":")[2]
        except (NotBase64, UnicodeDecodeError):
            raise Unauthorised(reason="Authorization: Basic is followed by base64 of `anybody:KEY`") from None
    raise Unauthorised(reason=NEEDED)


cast(Any, app.web).web_app.middlewares.append(guard)
