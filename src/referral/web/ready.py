"""Answers that are the same for everyone: made once, sent before any routing."""

import gzip
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Protocol, Self

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from referral.languages import Language
from referral.web.headers import SECURITY_HEADERS
from referral.web.languages import preferred_by

PAGE = "public, max-age=300"
FOREVER = "public, max-age=31536000, immutable"
RawHeaders = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Variant:
    """One encoding of an answer: the messages that send it, and the one for 304."""

    start: Message
    body: Message
    unchanged: Message
    etag: bytes


class Answer(Protocol):
    """Something that is ready to be sent."""

    async def answer(self, scope: Scope, send: Send) -> None:
        """Answer a GET or HEAD."""


@dataclass(frozen=True, slots=True)
class Ready:
    """One answer in its plain and its gzip form."""

    plain: Variant
    packed: Variant

    @classmethod
    def of(
        cls,
        body: bytes,
        media_type: str,
        *,
        cache: str,
        vary: str = "accept-encoding",
        security: Mapping[str, str] = SECURITY_HEADERS,
    ) -> Self:
        """Return `body` ready to send under the `Cache-Control` value `cache`."""
        headers = {"cache-control": cache, "vary": vary, **security}
        packed = gzip.compress(body, 9, mtime=0)
        return cls(
            _variant(body, media_type, headers, encoding=None),
            _variant(packed, media_type, headers, encoding=b"gzip"),
        )

    async def answer(self, scope: Scope, send: Send) -> None:
        """Answer a GET or HEAD, with 304 where the caller has it already."""
        encodings = known = b""
        for name, value in scope["headers"]:
            if name == b"accept-encoding":
                encodings = value
            elif name == b"if-none-match":
                known = value
        variant = self.packed if b"gzip" in encodings else self.plain
        if known and variant.etag in known:
            await send(variant.unchanged)
            await send(EMPTY)
            return
        await send(variant.start)
        await send(EMPTY if scope["method"] == "HEAD" else variant.body)


@dataclass(frozen=True, slots=True)
class OnceMade:
    """The answer in one language, for the address that chose it; `made` makes it, once."""

    made: Callable[[Language], Ready]
    language: Language

    async def answer(self, scope: Scope, send: Send) -> None:
        """Answer in that language."""
        await self.made(self.language).answer(scope, send)


@dataclass(frozen=True, slots=True)
class InLanguages:
    """The answer in every language, for an address that says nothing of one."""

    made: Callable[[Language], Ready]

    async def answer(self, scope: Scope, send: Send) -> None:
        """Answer in the language that the call asks for."""
        await self.made(preferred_by(scope)).answer(scope, send)


class ReadyAnswers:
    """Sends the ready answers; every other call goes on to the application."""

    def __init__(self, app: ASGIApp, *, answers: Mapping[str, Answer]) -> None:
        self.app = app
        self._answers = answers

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer GET and HEAD of a ready path."""
        ready = self._answers.get(scope["path"]) if scope["type"] == "http" else None
        if ready is None or scope["method"] not in {"GET", "HEAD"}:
            await self.app(scope, receive, send)
        else:
            await ready.answer(scope, send)


EMPTY: Message = {"type": "http.response.body", "body": b""}


def _variant(
    body: bytes, media_type: str, headers: Mapping[str, str], *, encoding: bytes | None
) -> Variant:
    etag = b'"%s"' % hashlib.sha256(body).hexdigest()[:20].encode()
    common: RawHeaders = [
        (b"etag", etag),
        *((name.encode(), value.encode()) for name, value in headers.items()),
    ]
    described: RawHeaders = [
        (b"content-type", media_type.encode()),
        (b"content-length", str(len(body)).encode()),
        *([(b"content-encoding", encoding)] if encoding else []),
    ]
    return Variant(
        start={"type": "http.response.start", "status": 200, "headers": described + common},
        body={"type": "http.response.body", "body": body},
        unchanged={"type": "http.response.start", "status": 304, "headers": common},
        etag=etag,
    )
