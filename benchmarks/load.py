"""A load generator: keep-alive connections that send a call when the last is answered."""

import asyncio
import json
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path


class Caller(asyncio.Protocol):
    """One connection."""

    def __init__(
        self, calls: Iterator[bytes], took: list[float], done: asyncio.Future[None]
    ) -> None:
        self._calls = calls
        self._took = took
        self._done = done
        self._answer = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Send the first call."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._next()

    def data_received(self, data: bytes) -> None:
        """Collect the answer; when it is whole, time it and send the next call."""
        self._answer += data
        head, found, body = self._answer.partition(b"\r\n\r\n")
        if not found:
            return
        lowered = head.lower()
        length = int(lowered.partition(b"content-length: ")[2].partition(b"\r\n")[0])
        if len(body) < length:
            return
        if not head.startswith((b"HTTP/1.1 200", b"HTTP/1.1 201")):
            self._done.set_exception(RuntimeError(f"{head[:40]!r} {body[:300]!r}"))
            self._transport.abort()
            return
        self._took.append(time.perf_counter() - self._started)
        self._next()

    def _next(self) -> None:
        self._answer = b""
        call = next(self._calls, None)
        if call is None:
            self._transport.close()
            self._done.set_result(None)
            return
        self._started = time.perf_counter()
        self._transport.write(call)


async def load(port: int, calls: list[bytes], clients: int) -> dict[str, float]:
    """Send every call and return calls per second and the latencies, in milliseconds."""
    loop = asyncio.get_running_loop()
    took: list[float] = []
    shared = iter(calls)
    ends = [loop.create_future() for _ in range(clients)]
    started = time.perf_counter()
    for end in ends:
        await loop.create_connection(lambda end=end: Caller(shared, took, end), "127.0.0.1", port)  # type: ignore[misc] # mypy infers no type for a default of a lambda
    await asyncio.gather(*ends)
    cuts = statistics.quantiles(took, n=100)
    rate = len(took) / (time.perf_counter() - started)
    return {"rate": rate, "p50": cuts[49] * 1000, "p99": cuts[98] * 1000}


if __name__ == "__main__":
    stored = json.loads(Path(sys.argv[2]).read_text())
    found = asyncio.run(load(int(sys.argv[1]), [c.encode() for c in stored], int(sys.argv[3])))
    print(json.dumps(found))
