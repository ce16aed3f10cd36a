"""What receives webhooks in the tests: in a thread, or as `python receiver.py PORT SECRET FILE`."""

import json
import os
import ssl
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, cast

from standardwebhooks import Webhook

Answer = tuple[int, dict[str, str]]
TAKEN: Answer = (204, {})


@dataclass(frozen=True, slots=True)
class Message:
    """What has arrived."""

    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        """The id of the message."""
        return self.headers["webhook-id"]

    @property
    def told(self) -> dict[str, Any]:
        """The event."""
        told: dict[str, Any] = json.loads(self.body)
        return told

    def verified(self, secret: str) -> dict[str, Any]:
        """Return the event, checked by the official library as a receiver does."""
        told: dict[str, Any] = Webhook(secret).verify(self.body, self.headers)
        return told


@dataclass
class Receiver:
    """Answers the next message with the next of `answers`, and takes it where there is none."""

    answers: list[Answer] = field(default_factory=list)
    # Called when a message has arrived, before its sender is told so.
    arrived: Callable[[Message], None] = lambda _: None
    messages: list[Message] = field(default_factory=list)
    url: str = ""
    news: threading.Condition = field(default_factory=threading.Condition)

    def take(self, message: Message) -> Answer:
        """Keep a message and return the answer."""
        with self.news:
            self.messages.append(message)
            self.news.notify_all()
        self.arrived(message)
        return self.answers.pop(0) if self.answers else TAKEN

    def wait_for(self, count: int, seconds: float = 60) -> list[Message]:
        """Wait until so many messages have arrived, and return them."""
        with self.news:
            assert self.news.wait_for(lambda: len(self.messages) >= count, seconds)
            return list(self.messages)

    @property
    def numbers(self) -> list[int]:
        """The numbers of the events, in the order of their arrival."""
        return [message.told["number"] for message in self.messages]


class Counter(ThreadingHTTPServer):
    """Hands each message to `take`."""

    daemon_threads = True
    take: Callable[[Message], Answer]

    def handle_error(self, *_: object) -> None:
        """Say nothing of a sender that was killed."""


class _Desk(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        length = int(self.headers["content-length"])
        body = self.rfile.read(length)
        if len(body) < length:
            # Its sender died over it: that is no message.
            self.close_connection = True
            return
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, told = cast("Counter", self.server).take(Message(headers, body))
        self.send_response(status)
        for name, value in ({} if status == 204 else {"Content-Length": "0"} | told).items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def open_receiver(tls: ssl.SSLContext | None = None) -> Iterator[Receiver]:
    """Receive in a thread for as long as the block lasts."""
    receiver = Receiver()
    with Counter(("127.0.0.1", 0), _Desk) as counter:
        if tls is not None:
            counter.socket = tls.wrap_socket(counter.socket, server_side=True)
        counter.take = receiver.take
        scheme = "http" if tls is None else "https"
        receiver.url = f"{scheme}://127.0.0.1:{counter.server_port}/events"
        thread = threading.Thread(target=counter.serve_forever, args=(0.01,))
        thread.start()
        try:
            yield receiver
        finally:
            counter.shutdown()
            thread.join()


def keep(port: int, secret: str, file: Path) -> None:
    """Verify each message and write it down before its sender is told so, until killed."""
    kept = os.open(file, os.O_WRONLY | os.O_APPEND | os.O_CREAT)

    def take(message: Message) -> Answer:
        line = {"id": message.id, "told": message.verified(secret)}
        os.write(kept, f"{json.dumps(line)}\n".encode())
        # Time for a kill between the two: the worst moment.
        time.sleep(0.01)
        return TAKEN

    with Counter(("127.0.0.1", port), _Desk) as counter:
        counter.take = take
        counter.serve_forever()


if __name__ == "__main__":
    keep(int(sys.argv[1]), sys.argv[2], Path(sys.argv[3]))
