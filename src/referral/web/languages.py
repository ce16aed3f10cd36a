"""Which language a call is answered in: the one in its address, or else what its header likes."""

import re
from functools import lru_cache

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from referral.languages import PLACE, WITHOUT_CHOICE, Language, Place, spoken

CHOSEN = {language.prefix: language for language in Language}
# What people set in their browsers is far shorter.
LONGEST = 200
QUALITY = re.compile(r"\s*q\s*=\s*(0(?:\.\d{0,3})?|1(?:\.0{0,3})?)\s*", re.ASCII)


class Languages:
    """Answers `/es/…` as `/…` in Spanish, and keeps redirects inside the language."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on, without the language in its path."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        place = _place_of(scope)
        # Each call is a task of its own, so this ends with it.
        PLACE.set(place)
        if not place.prefix:
            await self.app(scope, receive, send)
            return
        inside = {**scope, "path": scope["path"].removeprefix(place.prefix)}
        await self.app(inside, receive, _staying(place.prefix, send))


def preferred_by(scope: Scope) -> Language:
    """Return the language that the headers of a call ask for."""
    for name, value in scope["headers"]:
        if name == b"accept-language":
            return preferred(value[:LONGEST])
    return Language.ENGLISH


@lru_cache(maxsize=256)
def preferred(accepted: bytes) -> Language:
    """Return what `Accept-Language` likes best of what we speak (RFC 9110, 12.5.4).

    A region does not matter: `es-MX` is Spanish. Of two that are liked the same, the first named.
    """
    liked: dict[str, tuple[float, int]] = {}
    for place, part in enumerate(accepted.decode("latin-1").lower().split(",")):
        tag, _, quality = part.partition(";")
        name = tag.strip().partition("-")[0]
        liked[name] = max(liked.get(name, (0.0, 0)), (_quality(quality), -place))
    others = liked.get("*", (0.0, 0))
    return max(Language, key=lambda language: liked.get(language, others))


def told() -> dict[str, str]:
    """Return the headers of an answer of the API that has sentences for people in it."""
    return {"Content-Language": spoken(), "Vary": "Accept-Language"}


def _place_of(scope: Scope) -> Place:
    path, query = scope["path"], scope["query_string"].decode("latin-1")
    prefix = path[:3]
    rest = path[3:]
    chosen = CHOSEN.get(prefix) if rest.startswith("/") else None
    if chosen is None or rest.startswith(WITHOUT_CHOICE):
        chosen, prefix, rest = preferred_by(scope), "", path
    if scope["method"] not in {"GET", "HEAD"}:
        # What was sent cannot be asked for again in another language.
        return Place(chosen, prefix)
    return Place(chosen, prefix, rest, query)


def _quality(parameters: str) -> float:
    if not parameters:
        return 1.0
    match = QUALITY.fullmatch(parameters)
    return float(match[1]) if match else 0.0


def _staying(prefix: str, send: Send) -> Send:
    async def send_inside(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [_inside(prefix.encode(), *pair) for pair in message["headers"]]
        await send(message)

    return send_inside


def _inside(prefix: bytes, name: bytes, value: bytes) -> tuple[bytes, bytes]:
    is_ours = name == b"location" and value.startswith(b"/")
    return name, prefix + value if is_ours else value
