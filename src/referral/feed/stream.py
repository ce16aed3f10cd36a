"""The feed as Server-Sent Events (HTML Standard, section 9.2)."""

from collections.abc import AsyncIterator

from fastapi.sse import format_sse_event
from starlette.responses import StreamingResponse
from starlette.types import Receive, Scope, Send

from referral.errors import UnavailableError
from referral.feed.listening import Listener, Listeners
from referral.feed.representations import FeedEvent

# In milliseconds: how long a client waits before it comes back.
RETRY = format_sse_event(retry=2000)
HEARTBEAT = format_sse_event(comment="still here")


class EventStream(StreamingResponse):
    """An answer that ends when its key is revoked, the server stops, or the caller goes away.

    It also ends when the database does not answer: the caller comes back and misses nothing.
    FastAPI's own way takes a generator for each call and keeps two tasks and two queues for it.
    """

    media_type = "text/event-stream"

    def __init__(self, listeners: Listeners, listener: Listener, *, after: int) -> None:
        # A proxy must pass on each event as it comes (nginx).
        told = _told(listeners, listener, after)
        super().__init__(told, headers={"X-Accel-Buffering": "no"})
        self._present = listeners.present(listener)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send what is told, and be present for as long as that lasts."""
        with self._present:
            await super().__call__(scope, receive, send)


def on_the_wire(event: FeedEvent) -> bytes:
    """Return an event with its number as its id, its type as its name and all of it as its data."""
    return format_sse_event(
        id=str(event.number),
        event=event.type,
        data_str=event.as_json(),
    )


async def _told(listeners: Listeners, listener: Listener, after: int) -> AsyncIterator[bytes]:
    yield RETRY
    while not listener.over:
        if listener.last > after:
            known = listener.last
            try:
                events = await listeners.events(listener, after=after)
            except UnavailableError:
                return
            yield b"".join(map(on_the_wire, events))
            # A log that has lost its events must not be read over and over.
            after = events[-1].number if events else known
        elif not await listener.wait(listeners.heartbeat):
            yield HEARTBEAT
