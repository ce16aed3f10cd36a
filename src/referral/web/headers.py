"""The headers every answer carries, and the checks every call passes: all plain ASGI."""

from asyncio import get_running_loop, timeout_at
from collections.abc import Callable, Iterable
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from referral.errors import ForeignFormError, ReferralError
from referral.text import N_

# `data:` is for the icon, which stands in each page: a picture runs nothing and asks for nothing.
POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
SECURITY_HEADERS = {
    "content-security-policy": POLICY,
    "cross-origin-embedder-policy": "require-corp",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=()",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    # For browsers from before `frame-ancestors`.
    "x-frame-options": "DENY",
}
# What a link to a person's own request or a clinic's own page begins with: behind it is a secret.
SECRET = ("/follow/", "/confirm/", "/join/", "/api/v1/follow/")
# A browser that may say nothing of such a page says `Origin: null` with its forms, and an older one
# nothing else. Whoever knows the address may use it; and the button that empties the browser is
# on such a page, too. Other sites gain nothing by it.
NULL_IS_OURS = (*SECRET, "/clear")
NO_REFERRER = (b"referrer-policy", b"no-referrer")
A_YEAR = 365 * 24 * 60 * 60
STRICT_TRANSPORT = (b"strict-transport-security", b"max-age=%d" % A_YEAR)
# What an answer is without a word of its door: for one person, and not to be found by others.
PRIVATE = {"cache-control": "no-store", "x-robots-tag": "noindex"}
# Lighthouse, which judges pages, fetches robots.txt as a script of the page would have to.
OPEN = SECURITY_HEADERS | {"content-security-policy": f"{POLICY}; connect-src 'self'"}
FOR_EVERYBODY = OPEN | {"x-robots-tag": "all"}
# As they are sent: this is done for every answer.
BY_DEFAULT = tuple(
    (name.encode(), value.encode()) for name, value in (PRIVATE | SECURITY_HEADERS).items()
)
BEHIND_A_SECRET = (NO_REFERRER, *(pair for pair in BY_DEFAULT if pair[0] != NO_REFERRER[0]))
AnswerTo = Callable[[Request, ReferralError], Response]
# Under this name a door keeps what the head of the answer must say, whatever the answer will be.
SAID = "referral.said"


class SecurityHeaders:
    """Adds the security headers, what makes an answer private, and what the door said."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, adding to the head of its answer."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        defaults = BEHIND_A_SECRET if scope["path"].startswith(SECRET) else BY_DEFAULT

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = message["headers"]
                names = {name for name, _ in given}
                missing = [pair for pair in defaults if pair[0] not in names]
                message["headers"] = [*given, *missing, *scope.get(SAID, ())]
            await send(message)

        await self.app(scope, receive, send_with_headers)


class StrictTransport:
    """Tells browsers to come by https only: around all else, where the public address is one."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, adding one header to its answer."""

        async def send_strictly(message: Message) -> None:
            if message["type"] == "http.response.start":
                # A ready answer is sent again and again: it must stay as it is.
                message = {**message, "headers": [*message["headers"], STRICT_TRANSPORT]}
            await send(message)

        await self.app(scope, receive, send_strictly)


class SameOriginForms:
    """Refuses a form that another site makes a browser send; programs send no such headers."""

    def __init__(self, app: ASGIApp, *, origin: str, answer_to: AnswerTo) -> None:
        self.app = app
        self._answer_to = answer_to
        public = urlsplit(origin)
        self._own = f"{public.scheme}://{public.netloc}"
        # Whoever changes what goes by http must not send forms to what goes by https.
        self._schemes = ("https",) if public.scheme == "https" else ("https", "http")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer 403 to a cross-site POST of a page; the API has bearer keys and no cookies."""
        checked = scope["type"] == "http" and scope["method"] not in {"GET", "HEAD", "OPTIONS"}
        if checked and not scope["path"].startswith("/api/") and self._foreign(scope):
            # Here, because a handler that reads no form would have acted before it noticed.
            error = ForeignFormError(N_("Nothing was done. Open the page here and send it again."))
            await self._answer_to(Request(scope), error)(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def _foreign(self, scope: Scope) -> bool:
        headers = Headers(scope=scope)
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None:
            return site not in {"same-origin", "none"}
        if origin is None or origin == "null":
            return origin is not None and not scope["path"].startswith(NULL_IS_OURS)
        here = {f"{scheme}://{headers.get('host', '')}" for scheme in self._schemes}
        return origin not in here | {self._own}


class BodyLimit:
    """Stops reading a body that is larger than `limit` bytes (413), or takes too long (408).

    Both are shown as any other error.
    """

    def __init__(self, app: ASGIApp, *, limit: int, seconds: float) -> None:
        self.app = app
        self._limit = limit
        self._seconds = seconds

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on with a counted and timed body."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        declared = Headers(scope=scope).get("content-length", "")
        seen = int(declared) if declared.isdecimal() else 0
        counted, until, is_whole = 0, 0.0, False

        async def limited_receive() -> Message:
            nonlocal counted, until, is_whole
            if is_whole:
                # From here on a handler waits for the caller to hang up, for as long as it works.
                return await receive()
            if seen <= self._limit:
                until = until or get_running_loop().time() + self._seconds
                message = await _in_time(receive, until)
                counted += len(message.get("body", b""))
                is_whole = not message.get("more_body", False)
            if max(seen, counted) > self._limit:
                raise HTTPException(413, N_("That is more than we can take in one go."))
            return message

        await self.app(scope, limited_receive, send)


async def _in_time(receive: Receive, until: float) -> Message:
    try:
        async with timeout_at(until):
            return await receive()
    except TimeoutError as error:
        close = {"Connection": "close"}
        raise HTTPException(408, N_("This took too long to arrive."), close) from error


class ApiCors(CORSMiddleware):
    """Lets a publisher's page use the JSON door; the pages stay closed to other sites."""

    def __init__(self, app: ASGIApp, *, exposed: Iterable[str]) -> None:
        super().__init__(
            app,
            allow_origins=("*",),
            allow_methods=("GET", "POST"),
            allow_headers=(
                "Authorization",
                "Content-Type",
                "Idempotency-Key",
                "If-Match",
                "Last-Event-ID",
            ),
            expose_headers=tuple(exposed),
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle cross-origin headers on /api/ only."""
        if scope["type"] == "http" and scope["path"].startswith("/api/"):
            await super().__call__(scope, receive, send)
        else:
            await self.app(scope, receive, send)
