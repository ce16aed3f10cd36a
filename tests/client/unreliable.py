"""A real HTTP server between a client and the service, which fails as it is told to."""

import threading
from collections import deque
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

# Pass the call on, and the answer back; lose the call; pass the call on, and lose the answer.
PASS, LOSE_CALL, LOSE_ANSWER = "pass", "lose call", "lose answer"


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer of its own."""

    status: int
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""


@dataclass(slots=True)
class Unreliable:
    """What to do with the next calls (`plan`, then pass all on), and the calls that came."""

    service: httpx.Client
    address: str = ""
    plan: deque[Refusal | str] = field(default_factory=deque)
    calls: list[tuple[str, str, Mapping[str, str]]] = field(default_factory=list)

    @property
    def made(self) -> list[str]:
        """The methods and paths that came."""
        return [f"{method} {path}" for method, path, _ in self.calls]


@contextmanager
def unreliable(service: httpx.Client) -> Iterator[Unreliable]:
    """Run the server in front of `service` for as long as the block lasts."""
    between = Unreliable(service)

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Stay silent."""

        def answer(self) -> None:
            between.calls.append((self.command, self.path, dict(self.headers)))
            content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            what = between.plan.popleft() if between.plan else PASS
            if isinstance(what, Refusal):
                self.reply(what.status, what.headers, what.body)
            elif what != LOSE_CALL:
                answer = self.passed_on(content)
                if what == PASS:
                    kept = ("content-type", "etag", "link", "retry-after")
                    headers = {
                        name: answer.headers[name] for name in kept if name in answer.headers
                    }
                    self.reply(answer.status_code, headers, answer.content)

        def passed_on(self, content: bytes) -> httpx.Response:
            headers = {k: v for k, v in self.headers.items() if k.lower() != "host"}
            return service.request(self.command, self.path, content=content, headers=headers)

        def reply(self, status: int, headers: Mapping[str, str], body: bytes) -> None:
            # Without a Date of its own: a refusal may carry one.
            self.send_response_only(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = answer  # noqa: N815 - http.server's names

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        between.address = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield between
        server.shutdown()
        thread.join()
