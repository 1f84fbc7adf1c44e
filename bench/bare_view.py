"""A bare aiohttp view, for comparison: it reads a beacon and answers success. Run as a process of its own."""

import sys

from aiohttp import web


async def events(request: web.Request) -> web.Response:
    """Read the body, keep nothing."""
    await request.read()
    return web.Response(body=b'{"success":true}', content_type="application/json")


def main() -> None:
    """Serve on the port that is given."""
    app = web.Application(client_max_size=2**21)
    app.router.add_post("/api/events", events)
    web.run_app(app, host="127.0.0.1", port=int(sys.argv[1]), access_log=None, print=None)


if __name__ == "__main__":
    main()
