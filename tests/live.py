"""A real server on a port, in a thread of the test."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import uvicorn


class Server(uvicorn.Server):
    """A server that says when it has started."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()


@contextmanager
def serving(app: Any, listener: socket.socket, **options: Any) -> Iterator[None]:  # noqa: ANN401 - any ASGI application, and what uvicorn takes
    """Serve `app` on `listener` for as long as the block lasts."""
    # A test that failed may have left a stream open: it is cut after five seconds.
    given = {"log_config": None, "ws": "none", "timeout_graceful_shutdown": 5} | options
    config = uvicorn.Config(app, **given)
    server = Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    assert server.listening.wait(timeout=30), "the service did not start"
    try:
        yield
    finally:
        server.should_exit = True
        thread.join()
