"""One log line for each call: the route's template, never the path with its ids and tokens."""

import logging
import time
from uuid import uuid4

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from referral.web.calls import Calls

log = logging.getLogger("referral.access")


def log_to_stderr() -> None:
    """Show the program's own lines: one for each call and each round of the worker."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("httpx").setLevel(logging.WARNING)


class AccessLog:
    """Logs method, route template, status and milliseconds under a fresh call id; counts them."""

    def __init__(self, app: ASGIApp, *, calls: Calls) -> None:
        self.app = app
        self._calls = calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on and log how it ended."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = time.perf_counter()
        status = 500

        async def watched_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, watched_send)
        finally:
            route = getattr(scope.get("route"), "path_format", "(no route)")
            took = time.perf_counter() - started
            self._calls.count(scope["method"], route, status=status, seconds=took)
            call_id = uuid4().hex[:12]
            log.info("%s %s %d %.1fms %s", scope["method"], route, status, took * 1000, call_id)
