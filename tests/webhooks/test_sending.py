"""Sending: every end of a call is named, in bounded time, over the connection we chose."""

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest

from post_office import certificate, server_context
from receiver import Receiver, open_receiver
from referral.webhooks.codes import Failure
from referral.webhooks.sending import MOST_READ, Outcome, Sender
from referral.webhooks.targets import Targets

SENDER = Sender(Targets(private=True), connect=1.0, whole=0.4)
OK = b"HTTP/1.1 200 OK\r\n"


def post(url: str, sender: Sender = SENDER) -> Outcome:
    with sender.line(url) as line:
        return line.post({"webhook-id": "1"}, b"{}")


@contextmanager
def speaking(say: Callable[[socket.socket], None]) -> Iterator[str]:
    """Run a server that reads one call and then does what `say` does."""

    def answer() -> None:
        connection, _ = listener.accept()
        with connection:
            connection.recv(65536)
            try:
                say(connection)
            except OSError:
                return

    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/"
        thread.join()


def drip(connection: socket.socket, piece: bytes) -> None:
    """Send a piece every tenth of a second, for as long as anybody listens."""
    for _ in range(30):
        connection.sendall(piece)
        time.sleep(0.1)


def silent(connection: socket.socket) -> None:
    """Say nothing until the caller goes away."""
    while connection.recv(65536):
        pass


@pytest.mark.parametrize(
    ("say", "status", "failure"),
    [
        (lambda c: c.sendall(OK + b"Content-Length: 2\r\n\r\nok"), 200, None),
        (lambda c: c.sendall(OK + b"Content-Length: 9\r\n\r\nok"), 200, None),
        (lambda c: c.sendall(b"HTTP/1.1 307 x\r\nLocation: /y\r\n\r\n"), 307, None),
        (lambda c: c.sendall(b"SSH-2.0-OpenSSH\r\n\r\n"), None, Failure.PROTOCOL),
        (lambda c: c.sendall(OK + b"X: " + b"y" * 200_000), None, Failure.PROTOCOL),
        (lambda _: None, None, Failure.PROTOCOL),
        (silent, None, Failure.TIMEOUT),
        (lambda c: drip(c, b"H"), None, Failure.TIMEOUT),
        (lambda c: drip(c, OK + b"Content-Length: 99999\r\n\r\n"), 200, None),
    ],
    ids=["ok", "cut", "redirect", "other", "endless", "hung-up", "silent", "drip", "drip-body"],
)
def test_every_end_is_named_in_time(
    say: Callable[[socket.socket], None], status: int | None, failure: Failure | None
) -> None:
    with speaking(say) as url:
        started = time.monotonic()
        outcome = post(url)
        took = time.monotonic() - started

    assert (outcome.status, outcome.failure) == (status, failure)
    assert took < 1.5
    assert outcome.milliseconds <= took * 1000 + 1


def test_no_more_than_a_little_of_an_answer_is_read() -> None:
    sent: list[int] = []

    def flood(connection: socket.socket) -> None:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        connection.sendall(OK + b"Content-Length: 99999999\r\n\r\n")
        while True:
            sent.append(connection.send(b"x" * MOST_READ))

    with speaking(flood) as url:
        assert post(url).status == 200

    # What the two ends of the connection buffer is not ours to say.
    assert sum(sent) < 10_000_000


@pytest.mark.parametrize(
    ("url", "failure"),
    [
        ("https://nowhere.invalid/", Failure.NAME),
        ("https://169.254.169.254/", Failure.ADDRESS),
        ("http://93.184.216.34/", Failure.ADDRESS),
    ],
)
def test_what_is_not_allowed_is_not_called(url: str, failure: Failure) -> None:
    assert post(url).failure is failure


def test_a_name_whose_servers_say_nothing_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: over.wait(30) and [])

    outcome = post("https://desk.example.com/", Sender(Targets(patience=0.1)))
    over.set()

    assert outcome.failure is Failure.NAME
    assert outcome.milliseconds < 5000


def test_nobody_at_the_port_is_a_failed_connection() -> None:
    with closing(socket.create_server(("127.0.0.1", 0))) as listener:
        port = listener.getsockname()[1]

    assert post(f"http://127.0.0.1:{port}/").failure is Failure.CONNECTION


@pytest.fixture
def authority(tmp_path: Path) -> Path:
    return certificate(tmp_path)


@pytest.fixture
def secure(authority: Path) -> Iterator[Receiver]:
    with open_receiver(server_context(authority)) as running:
        yield running


def knowing(authority: Path) -> Sender:
    context = ssl.create_default_context(cafile=str(authority))
    return Sender(Targets(private=True), context=context)


def test_https_is_spoken_with_the_name_of_the_url(secure: Receiver, authority: Path) -> None:
    assert post(secure.url, knowing(authority)).status == 204
    (message,) = secure.messages
    assert message.headers["host"] == secure.url.split("/")[2]


@pytest.mark.parametrize("known", [True, False])
def test_a_certificate_must_be_known_and_made_for_the_name(
    secure: Receiver, authority: Path, *, known: bool
) -> None:
    sender = knowing(authority) if known else Sender(Targets(private=True))
    # The certificate is for 127.0.0.1, where this name leads, too.
    url = secure.url.replace("127.0.0.1", "localhost") if known else secure.url

    assert post(url, sender).failure is Failure.CERTIFICATE
    assert secure.messages == []


def test_a_proxy_of_the_environment_is_not_used(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")

    assert post(receiver.url).status == 204


def test_the_address_that_was_checked_is_the_one_that_is_called(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, asked = socket.getaddrinfo, list[str]()
    port = int(receiver.url.split(":")[2].partition("/")[0])

    def rebinding(host: str, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - as the socket module
        if host != "desk.example.com":
            return real(host, *arguments, **options)
        # Whoever asks a second time is led to where nobody may go.
        asked.append(host)
        address = "127.0.0.1" if len(asked) == 1 else "169.254.169.254"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    monkeypatch.setattr(socket, "getaddrinfo", rebinding)
    with SENDER.line(f"http://desk.example.com:{port}/x") as line:
        outcomes = [line.post({}, b"{}").status for _ in range(3)]

    assert outcomes == [204, 204, 204]
    assert asked == ["desk.example.com"]
    assert receiver.messages[0].headers["host"] == f"desk.example.com:{port}"


def test_the_next_address_is_tried_where_one_does_not_answer(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo
    port = int(receiver.url.split(":")[2].partition("/")[0])

    def two(host: str, *arguments: Any, **options: Any) -> Any:  # noqa: ANN401 - as the socket module
        if host != "desk.example.com":
            return real(host, *arguments, **options)
        return [(0, 0, 0, "", (address, port)) for address in ("127.0.0.2", "127.0.0.1")]

    monkeypatch.setattr(socket, "getaddrinfo", two)

    assert post(f"http://desk.example.com:{port}/").status == 204


def test_one_connection_serves_a_whole_turn(receiver: Receiver) -> None:
    with SENDER.line(receiver.url) as line:
        for _ in range(3):
            assert line.post({}, b"{}").is_taken
        assert len(line.pool.connections) == 1
