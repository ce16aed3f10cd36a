"""Calls under a name that is not ours are refused: no page of ours stands at a foreign address."""

import json
from collections.abc import Iterable
from html import escape

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from referral.errors import MisdirectedError
from referral.languages import Language, speaking, words
from referral.text import N_
from referral.web.headers import PRIVATE, SECURITY_HEADERS
from referral.web.problems import MEDIA_TYPE, said_of

# Probes and scrapers come by an address of the machine, and what they get is the same for any name.
BY_ANY_NAME = frozenset(("/healthz", "/readyz", "/metrics"))
FOUND_AT = N_("This service is at another address:")


class OwnHosts:
    """Passes on what was sent to one of `hosts`, at any port; anything else is a 421.

    The answers are made once, so that whoever floods the door costs little.
    """

    def __init__(self, app: ASGIApp, *, hosts: Iterable[str], origin: str) -> None:
        self.app = app
        self._hosts = frozenset(host.encode() for host in hosts)
        error = MisdirectedError(FOUND_AT)
        problem = json.dumps({**said_of(error), "origin": origin}).encode()
        self._problem = _answer(problem, MEDIA_TYPE)
        self._page = _answer(_page(origin).encode(), "text/html; charset=utf-8")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Look at the name first of all."""
        if scope["type"] != "http" or self._is_ours(scope):
            await self.app(scope, receive, send)
            return
        for message in self._problem if scope["path"].startswith("/api/") else self._page:
            await send(message)

    def _is_ours(self, scope: Scope) -> bool:
        if scope["path"] in BY_ANY_NAME:
            return True
        # Of two names a proxy might believe the one and we the other.
        named = [value for name, value in scope["headers"] if name == b"host"]
        return len(named) == 1 and not self._hosts.isdisjoint((named[0], _without_port(named[0])))


def _without_port(host: bytes) -> bytes:
    name, _, port = host.lower().rpartition(b":")
    return name if port.isdigit() else host.lower()


def _page(origin: str) -> str:
    """Return the page in every language: who comes by a foreign name may have chosen none."""
    lines = []
    for language in Language:
        with speaking(language):
            lines.append(f'<p lang="{language}">{escape(words(FOUND_AT))}</p>')
    link = f'<p><a href="{escape(origin)}/">{escape(origin)}</a></p>'
    return f"<!DOCTYPE html><html lang=en><title>Referral</title>{''.join(lines)}{link}</html>"


def _answer(body: bytes, media_type: str) -> tuple[Message, Message]:
    headers = {
        "content-type": media_type,
        "content-length": str(len(body)),
        **PRIVATE,
        **SECURITY_HEADERS,
    }
    start: Message = {
        "type": "http.response.start",
        "status": MisdirectedError.status,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
    }
    return start, {"type": "http.response.body", "body": body}
