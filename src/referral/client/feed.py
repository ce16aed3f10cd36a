"""The clinic's feed: pages of events, and what is heard on the stream. Knows no network."""

import re
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

import httpx
from pydantic import ValidationError

from referral.client.calls import API, Call, Page, listing, query, reading
from referral.client.errors import ClientError, UnreadableError
from referral.client.retries import PASSING, Retries
from referral.feed.representations import FeedEvent, FeedPage

EVENTS = f"{API}/events"
STREAM = f"{EVENTS}/stream"
MEDIA_TYPE = "text/event-stream"
# Far more than an event takes, so that a stream which is none does not fill the memory.
LONGEST_BLOCK = 1_000_000
# Atomic, for a CR LF is one line end and never two.
BLOCK_END = re.compile(rb"(?>\r\n|\n|\r){2}")
LINE_END = re.compile(r"\r\n|\n|\r")
# Waits grow from what the service asked for to this many seconds.
SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 30.0


class Heard(NamedTuple):
    """What a stream brought: new events, none for a sign of life, or why it is `lost` for now."""

    events: Sequence[FeedEvent] = ()
    lost: ClientError | None = None


def events(*, after: int = 0, limit: int = 100) -> Call[Page[FeedEvent]]:
    """Read what happened at your clinic after the event of number `after`, in order."""
    return listing(EVENTS, lambda page: _page(page).items, after=after, limit=limit)


def newest_event() -> Call[int]:
    """Read the number of your clinic's last event, 0 before the first: what follows it is new."""
    return Call("GET", EVENTS, lambda page: _page(page).newest, params=query(limit=1))


@dataclass(slots=True)
class Listening:
    """A stream that is resumed where it was cut: from which event on, and when to come back."""

    last: int = 0
    pause: float = 2.0
    failures: int = 0
    _waiting: bytes = field(default=b"", init=False)

    def call(self, silence: float) -> Call[None]:
        """Return the next connection, lost when it is silent for that many seconds."""
        self._waiting = b""
        headers = {"Accept": MEDIA_TYPE, "Last-Event-ID": str(self.last)}
        return Call("GET", STREAM, _check, headers=headers, timeout=silence)

    def take(self, received: bytes) -> Heard:
        """Return the events that are whole by now and were not heard before."""
        self.failures = 0
        *whole, self._waiting = BLOCK_END.split(self._waiting + received)
        if len(self._waiting) > LONGEST_BLOCK:
            raise UnreadableError("The stream is none of events.")
        return Heard([event for block in whole for event in self._events(block)])

    def lost(self, error: ClientError | None) -> float:
        """Return the seconds after which to come back, or raise `error` if that would not help.

        Without an error the service ended the stream.
        """
        if error is not None and not isinstance(error, PASSING):
            raise error
        steps = Retries(first=self.pause, longest=max(self.pause, LONGEST_PAUSE))
        pause = steps.step(self.failures) + (getattr(error, "retry_after", None) or 0.0)
        self.failures += 1
        return pause

    def _events(self, block: bytes) -> Iterator[FeedEvent]:
        fields = _fields(block)
        if fields.get("retry", "").isdecimal():
            self.pause = max(SHORTEST_PAUSE, int(fields["retry"]) / 1000)
        if "data" not in fields:
            return
        event = _event(fields["data"])
        if event.number > self.last:
            self.last = event.number
            yield event


@dataclass(slots=True)
class Patience:
    """How many `seconds` a stream may be lost before that is an error."""

    seconds: float
    clock: Callable[[], float] = time.monotonic
    lost_at: float | None = None

    def events(self, heard: Heard) -> Sequence[FeedEvent]:
        """Return the events, or raise why the stream has been lost for too long."""
        if heard.lost is None:
            self.lost_at = None
            return heard.events
        self.lost_at = self.clock() if self.lost_at is None else self.lost_at
        if self.clock() - self.lost_at >= self.seconds:
            raise heard.lost
        return ()


def _check(response: httpx.Response) -> None:
    """Raise the error of an answer that is no stream of events."""
    if not response.headers.get("Content-Type", "").startswith(MEDIA_TYPE):
        raise UnreadableError("The answer is no stream of events.")


def _page(response: httpx.Response) -> FeedPage:
    return reading(FeedPage)(response)


def _event(data: str) -> FeedEvent:
    try:
        return FeedEvent.model_validate_json(data)
    except ValidationError as error:
        places = {".".join(map(str, one["loc"])) for one in error.errors(include_input=False)}
    raise UnreadableError(f"The event cannot be read: {', '.join(sorted(places))}.")


def _fields(block: bytes) -> dict[str, str]:
    """Return the fields of a block (HTML Standard, section 9.2.6); a comment has no name."""
    fields: dict[str, str] = {}
    for line in LINE_END.split(block.decode("utf-8-sig", errors="replace")):
        name, _, value = line.partition(":")
        value = value.removeprefix(" ")
        fields[name] = f"{fields[name]}\n{value}" if name == "data" in fields else value
    return fields
