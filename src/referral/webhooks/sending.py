"""One message on its way: a POST to a checked address, bounded in time and in what is read.

The connection pool of httpcore is what httpx is built on: it follows no redirect, takes no proxy
from the environment and keeps no cookie.
"""

import ssl
import time
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import urlsplit

import httpcore

from referral import __version__
from referral.webhooks.codes import Failure
from referral.webhooks.targets import Refused, Targets
from referral.webhooks.turns import Turns

# What is left of an answer after this much is not read, and the connection not used again.
MOST_READ = 4096
HEADERS = {"content-type": "application/json", "user-agent": f"referral/{__version__}"}
FAILURES: Mapping[type[Exception], Failure] = {
    httpcore.TimeoutException: Failure.TIMEOUT,
    httpcore.NetworkError: Failure.CONNECTION,
    httpcore.ProtocolError: Failure.PROTOCOL,
}
BROKEN = tuple(FAILURES)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one attempt: the status of the answer, or why there was none."""

    milliseconds: int
    status: int | None = None
    failure: Failure | None = None
    retry_after: str | None = None

    @property
    def is_taken(self) -> bool:
        """Say whether the receiver acknowledged the message: a status 2xx."""
        return self.status is not None and self.status // 100 == 2  # noqa: PLR2004 - 2xx


@cache
def _trusting() -> ssl.SSLContext:
    """Return what trusts whom the system trusts; reading who that is takes 20 ms."""
    return ssl.create_default_context()


@dataclass(frozen=True, slots=True)
class Sender:
    """How messages are sent: to which targets, and for how many seconds at most.

    `turns` are for doors: what goes out while its caller waits.
    """

    targets: Targets
    connect: float = 5.0
    whole: float = 15.0
    context: ssl.SSLContext = field(default_factory=_trusting)
    turns: Turns = field(default_factory=Turns)

    @contextmanager
    def line(self, url: str) -> Iterator["Line"]:
        """Yield the way to `url`; its connection is kept for as long as the block lasts.

        Nobody else uses it, so that no message meets a connection made for another name.
        """
        way = _Way(self.targets, urlsplit(url).scheme, self.connect)
        with httpcore.ConnectionPool(ssl_context=self.context, network_backend=way) as pool:
            yield Line(url, pool, way, self.whole)


@dataclass(frozen=True, slots=True)
class Line:
    """The way to one address."""

    url: str
    pool: httpcore.ConnectionPool
    way: "_Way"
    whole: float

    def post(self, headers: Mapping[str, str], body: bytes) -> Outcome:
        """Send one message and say what came of it; nothing is raised for what a receiver does."""
        started = time.monotonic()
        self.way.ends_at = started + self.whole
        try:
            status, retry_after = self._answer(headers, body)
        except Refused as error:
            return Outcome(_since(started), failure=error.failure)
        except BROKEN as error:
            failure = next(FAILURES[kind] for kind in BROKEN if isinstance(error, kind))
            return Outcome(_since(started), failure=failure)
        return Outcome(_since(started), status, retry_after=retry_after)

    def _answer(self, headers: Mapping[str, str], body: bytes) -> tuple[int, str | None]:
        # With the brackets of an IPv6 address, which httpcore would leave out.
        host = {"host": urlsplit(self.url).netloc}
        given = [*(host | HEADERS | dict(headers)).items()]
        with self.pool.stream("POST", self.url, headers=given, content=body) as answer:
            # The status has come: what becomes of the rest says nothing about the message.
            with suppress(*BROKEN):
                _read_some(answer.iter_stream())
            told = {name.lower(): value.decode("latin-1") for name, value in answer.headers}
            return answer.status, told.get(b"retry-after")


@dataclass(slots=True)
class _Way(httpcore.NetworkBackend):
    """Connects to addresses that were checked, and to nothing else; ends at `ends_at`."""

    targets: Targets
    scheme: str
    connect: float
    ends_at: float = 0.0
    backend: httpcore.NetworkBackend = field(default_factory=httpcore.SyncBackend)

    def connect_tcp(  # noqa: PLR0917 - httpcore's own signature
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - ours hold instead
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Connect to the first address of `host` that answers; Refused where one is not allowed."""
        failed: Exception | None = None
        for address in self.targets.addresses(self.scheme, host, port):
            try:
                opened = self.backend.connect_tcp(
                    str(address),
                    port,
                    min(self.connect, self.left()),
                    local_address,
                    socket_options,
                )
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failed = error
            else:
                return _Bounded(opened, self)
        raise failed or Refused(Failure.NAME)

    def left(self) -> float:
        """Return the seconds that are left, or raise ConnectTimeout where there are none."""
        left = self.ends_at - time.monotonic()
        if left <= 0:
            raise httpcore.ConnectTimeout
        return left


@dataclass(frozen=True, slots=True)
class _Bounded(httpcore.NetworkStream):
    """A connection whose every step ends in time: a receiver that drips cannot hold it longer."""

    stream: httpcore.NetworkStream
    way: _Way

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002 - as above
        return self.stream.read(max_bytes, self.way.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002 - as above
        self.stream.write(buffer, self.way.left())

    def close(self) -> None:
        self.stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002 - as above
    ) -> httpcore.NetworkStream:
        limit = min(self.way.connect, self.way.left())
        try:
            secured = self.stream.start_tls(ssl_context, server_hostname, limit)
        except httpcore.ConnectError as error:
            # On its way up through the pool, the cause would be lost.
            if isinstance(error.__cause__, ssl.SSLError):
                raise Refused(Failure.CERTIFICATE) from None
            raise
        return _Bounded(secured, self.way)

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - httpcore's own signature
        return self.stream.get_extra_info(info)


def _read_some(chunks: Iterable[bytes]) -> None:
    read = 0
    for chunk in chunks:
        read += len(chunk)
        if read >= MOST_READ:
            return


def _since(started: float) -> int:
    return round((time.monotonic() - started) * 1000)
