"""One log line for each call: the route's template, never the path with its ids and tokens."""

import logging
import re
import time

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from referral.logs import about, facts, new_id
from referral.web.calls import Calls, known_method

log = logging.getLogger("referral.access")
REQUEST_ID = "X-Request-ID"
# As proxies make them. Any other would let a caller write words of their own into the log.
SAFE_ID = re.compile(r"[0-9a-f-]{16,64}")


class AccessLog:
    """Logs method, route template, status and milliseconds under the call's id; counts them.

    The id is the one that the proxy gives, if it is hexadecimal, or a fresh one. The answer has it,
    and every line that is written meanwhile.
    """

    def __init__(self, app: ASGIApp, *, calls: Calls) -> None:
        self.app = app
        self._calls = calls

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on and log how it ended."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500
        call_id = _id_of(scope)

        async def watched_send(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                MutableHeaders(scope=message)[REQUEST_ID] = call_id
            await send(message)

        with about(request_id=call_id):
            try:
                await self.app(scope, receive, watched_send)
            finally:
                self._ended(scope, status, time.perf_counter() - started)

    def _ended(self, scope: Scope, status: int, took: float) -> None:
        method = known_method(scope["method"])
        route = getattr(scope.get("route"), "path_format", "(no route)")
        self._calls.count(method, route, status=status, seconds=took)
        ended = facts(method=method, route=route, status=status, ms=round(took * 1000, 1))
        log.info("call", extra=ended)


def _id_of(scope: Scope) -> str:
    given = Headers(scope=scope).get(REQUEST_ID, "")
    return given if SAFE_ID.fullmatch(given) else new_id()
