"""A closed service: a file that the operator puts up, seen at once by all processes there."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from referral.errors import MaintenanceError
from referral.languages import words
from referral.text import N_
from referral.web.headers import AnswerTo

# Where nobody said when it ends, or it should have ended already.
SOON = timedelta(minutes=5)
SAID_IN_HOURS = timedelta(minutes=95)
# Beside the articles: what machines ask, and what needs no database. Questions are answered to the
# end, so that whoever is in danger learns it, and what was typed for a clinic is kept.
GOES_ON = re.compile(
    r"(?:GET|HEAD) /(?:healthz|readyz|metrics)"
    r"|(?:GET|POST) /check(?:/\w+)?"
    r"|POST /(?:clear|clinics/[^/]+/request)"
)


class Sign:
    """The file that closes the service; in it stands until when, if anybody knows."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def put_up(self, *, until: datetime | None) -> None:
        """Close the service."""
        self._file.write_text(until.isoformat() if until else "", encoding="ascii")

    def take_down(self) -> None:
        """Open it again."""
        self._file.unlink(missing_ok=True)

    def wait(self, now: datetime) -> timedelta | None:
        """Return how long it may still be closed, or None where it is open."""
        try:
            text = self._file.read_text(encoding="ascii").strip()
        except FileNotFoundError:
            return None
        try:
            until = datetime.fromisoformat(text).astimezone(UTC)
        except ValueError:
            return SOON
        return max(until - now, SOON)


class Maintenance:
    """Answers 503 while the sign is up, but for what goes on."""

    def __init__(
        self, app: ASGIApp, *, sign: Sign, now: Callable[[], datetime], answer_to: AnswerTo
    ) -> None:
        self.app = app
        self._sign = sign
        self._now = now
        self._answer_to = answer_to

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on where the service is open."""
        wait = self._sign.wait(self._now()) if scope["type"] == "http" else None
        if wait is None or _goes_on(scope):
            await self.app(scope, receive, send)
            return
        error = MaintenanceError(_sentence(wait), wait=wait)
        await self._answer_to(Request(scope), error)(scope, receive, send)


def _goes_on(scope: Scope) -> bool:
    return GOES_ON.fullmatch(f"{scope['method']} {scope['path']}") is not None


def _sentence(wait: timedelta) -> str:
    """Return when to come back: from now, as nobody knows which clock the reader has."""
    if wait <= SOON:
        return words(N_("We will be back soon. Please try again in a few minutes."))
    if wait < SAID_IN_HOURS:
        minutes = round(wait / timedelta(minutes=1))
        return words(N_("We will be back in about %(minutes)s minutes."), minutes=minutes)
    hours = round(wait / timedelta(hours=1))
    return words(N_("We will be back in about %(hours)s hours."), hours=hours)
