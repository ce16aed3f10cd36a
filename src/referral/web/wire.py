"""The server's end of a connection: whoever is slow, or one of too many, does not keep it."""

from asyncio import TimerHandle, Transport
from typing import Any

from starlette.types import Receive, Scope, Send
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol, RequestResponseCycle

HEAD_BYTES = 32 * 1024
TOO_BUSY = (
    {
        "type": "http.response.start",
        "status": 503,
        "headers": [
            (b"content-type", b"text/plain; charset=utf-8"),
            (b"retry-after", b"5"),
            (b"connection", b"close"),
        ],
    },
    {
        "type": "http.response.body",
        "body": b"Too many calls just now.\n",
    },
)


class BoundedHttp(HttpToolsProtocol):
    """What uvicorn speaks with, and bounds that it lacks.

    The head of a call must come within `head_seconds` and HEAD_BYTES (a little more where it comes
    at once), or the connection is closed; so is one on which the body goes on for `linger_seconds`
    after the answer. Who leaves an answer lying for `unread_seconds` is cut off. Beyond uvicorn's
    `limit_concurrency`, a connection is answered 503 with `Retry-After`.
    """

    head_seconds = 10.0
    linger_seconds = 5.0
    unread_seconds = 60.0

    def __init__(self, *given: Any, **named: Any) -> None:  # noqa: ANN401 - as uvicorn gives them
        super().__init__(*given, **named)
        # Uvicorn's own answer would not say when to come again.
        self._most, self.limit_concurrency = self.limit_concurrency, None
        self._timer: TimerHandle | None = None
        self._unread = 0
        self._taking: TimerHandle | None = None

    def connection_made(self, transport: Transport) -> None:  # type: ignore[override] # as uvicorn narrows it
        """Begin to wait for the first head."""
        super().connection_made(transport)
        if self._most is not None and len(self.connections) > self._most:
            self.app = _too_busy
        self._wait()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait no more."""
        self._stop_waiting()
        self._is_taken()
        super().connection_lost(exc)

    def pause_writing(self) -> None:
        """Wait for who takes nothing of what is sent, but not for ever."""
        super().pause_writing()
        self._must_be_taken()

    def resume_writing(self) -> None:
        """Begin to wait anew: some of it was taken."""
        super().resume_writing()
        self._is_taken()
        if self.transport.is_closing():
            self._must_be_taken()

    def on_header(self, name: bytes, value: bytes) -> None:
        """Leave out what stands behind a body: no proxy looks there for what it must not pass."""
        if not self._is_head_whole():
            super().on_header(name, value)

    def data_received(self, data: bytes) -> None:
        """Read on, and wait on where the head is not whole."""
        super().data_received(data)
        if self.transport.is_closing():
            self._must_be_taken()
        if not self._is_head_whole():
            self._unread += len(data)
            if self._unread > HEAD_BYTES:
                self._close()
            elif self._timer is None:
                self._wait()
        elif self._timer is not None:
            self._stop_waiting()

    def on_response_complete(self) -> None:
        """Let the rest of a body that nobody waited for come for a while, so the answer is read."""
        if self.transport.is_closing():
            self._must_be_taken()
        elif self.cycle.response_complete and self.cycle.more_body:
            self.loop.call_later(self.linger_seconds, self._leave, self.cycle)
        super().on_response_complete()

    def timeout_keep_alive_handler(self) -> None:
        """Close what has no next call, and soon cut off who does not take the last answer."""
        self._close()

    def _is_head_whole(self) -> bool:
        # Uvicorn begins a scope with each call, and writes the method when its head is whole.
        return self.scope is not None and "method" in self.scope

    def _leave(self, answered: RequestResponseCycle) -> None:
        """Close after a call whose body came late or never, unless the next one has come."""
        if self.cycle is answered:
            self._close()

    def _close(self) -> None:
        """Close the connection once all that was said is on its way."""
        self.transport.close()
        self._must_be_taken()

    def _must_be_taken(self) -> None:
        if self._taking is None and self in self.connections:
            self._taking = self.loop.call_later(self.unread_seconds, self.transport.abort)

    def _is_taken(self) -> None:
        if self._taking is not None:
            self._taking.cancel()
            self._taking = None

    def _wait(self) -> None:
        self._timer = self.loop.call_later(self.head_seconds, self._close)

    def _stop_waiting(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._unread = 0


async def _too_busy(_scope: Scope, _receive: Receive, send: Send) -> None:
    for message in TOO_BUSY:
        await send(message)
