"""Who is slow, or one of too many, does not keep a connection: real sockets, short patience."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing

import pytest

import referral.app
from live import serving
from referral.app import create_app
from referral.cli.server import listening
from referral.settings import Settings
from referral.web.wire import HEAD_BYTES, BoundedHttp
from world import Json

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
PATIENCE = 0.2
HEAD = b"POST /api/v1/follow HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\n"
ANSWERED_EARLY = HEAD.replace(b"/api/v1/follow", b"/healthz") + b"Content-Length: 900\r\n\r\n{"
GET = b"GET /healthz HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
Connect = Callable[[], socket.socket]


class Hasty(BoundedHttp):
    """The same with less patience."""

    head_seconds = PATIENCE
    linger_seconds = PATIENCE
    unread_seconds = PATIENCE


@pytest.fixture(name="options")
def served(settings: Settings) -> Json:
    """How `referral serve` listens, with little patience."""
    return listening(settings) | {"http": Hasty, "timeout_keep_alive": PATIENCE}


@pytest.fixture
def room() -> int | None:
    """How much the system may keep of what is on its way; None: as much as it likes."""
    return None


@pytest.fixture
def connect(
    settings: Settings, options: Json, room: int | None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Connect]:
    monkeypatch.setattr(referral.app, "BODY_SECONDS", PATIENCE)
    app = create_app(settings)
    with ExitStack() as stack:
        listener = stack.enter_context(closing(socket.create_server(("127.0.0.1", 0))))
        if room is not None:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, room)
        stack.enter_context(serving(app, listener, **options))

        def connected() -> socket.socket:
            line = stack.enter_context(closing(socket.socket()))
            if room is not None:
                line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, room)
            line.settimeout(5)
            line.connect(listener.getsockname())
            return line

        yield connected
    app.state.house.database.engine.dispose()


def heard(connection: socket.socket) -> bytes:
    """Return all that comes until the server hangs up."""
    answer = b""
    while data := _received(connection):
        answer += data
    return answer


def _received(connection: socket.socket) -> bytes:
    try:
        return connection.recv(65_536)
    except ConnectionResetError:
        return b""


@pytest.mark.parametrize(
    ("sent", "answer"),
    [
        # Nothing at all, half a head.
        (b"", b""),
        (b"GET /healthz HTTP/1.1\r\nHost: 127", b""),
        # Half a body, by its length and in chunks.
        (HEAD + b"Content-Length: 60\r\n\r\n{", b"HTTP/1.1 408 "),
        (HEAD + b"Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n", b"HTTP/1.1 408 "),
        # A body that nobody waits for: the answer comes first, and then the end.
        (ANSWERED_EARLY, b"HTTP/1.1 405 "),
        # A whole call, and then silence, or half of the next.
        (GET, b"HTTP/1.1 200 "),
        (GET + b"GET /h", b"HTTP/1.1 200 "),
    ],
    ids=["silence", "head", "body", "chunks", "unread body", "idle", "second head"],
)
def test_who_stops_in_the_middle_is_left(connect: Connect, sent: bytes, answer: bytes) -> None:
    connection = connect()
    began = time.monotonic()
    connection.sendall(sent)

    said = heard(connection)

    assert said.startswith(answer)
    assert bool(said) is bool(answer)
    assert time.monotonic() - began < 3
    if b" 408 " in answer:
        assert b"application/problem+json" in said
        assert b"\r\nconnection: close\r\n" in said.lower()


@pytest.mark.parametrize(
    ("before", "answer"),
    [(b"GET /", b""), (ANSWERED_EARLY, b"HTTP/1.1 405 ")],
    ids=["head", "body that nobody reads"],
)
def test_who_trickles_is_cut_off_although_each_byte_is_in_time(
    connect: Connect, before: bytes, answer: bytes
) -> None:
    connection = connect()
    connection.sendall(before)
    assert connection.recv(65_536).startswith(answer) if answer else True
    connection.settimeout(PATIENCE / 10)
    began = time.monotonic()
    while time.monotonic() - began < 3:
        try:
            connection.sendall(b"x")
            if connection.recv(65_536) == b"":
                break
        except TimeoutError:
            continue
        except OSError:
            break

    assert time.monotonic() - began < 3


@pytest.mark.parametrize("options", [{"http": BoundedHttp}], ids=["patient"])
def test_an_endless_head_is_cut_off_at_once(connect: Connect) -> None:
    connection = connect()
    connection.sendall(b"GET /healthz HTTP/1.1\r\nX: " + b"x" * (HEAD_BYTES + 1))

    assert heard(connection) == b""


def test_a_body_that_comes_behind_its_answer_ends_no_later_call(connect: Connect) -> None:
    connection = connect()
    connection.sendall(ANSWERED_EARLY.replace(b"900", b"2"))
    assert connection.recv(65_536).startswith(b"HTTP/1.1 405 ")
    connection.sendall(b"}")

    for _ in range(8):
        connection.sendall(GET)
        assert connection.recv(65_536).startswith(b"HTTP/1.1 200 ")
        time.sleep(PATIENCE / 4)


@pytest.mark.parametrize("room", [4096], ids=["hardly any room"])
def test_who_takes_no_answer_is_cut_off(connect: Connect) -> None:
    page = b"GET /articles/back-spasms HTTP/1.1\r\nHost: 127.0.0.1\r\n"
    whole = 29_000
    calls = {
        "too much to keep": [GET.replace(b"/healthz", b"/api/v1/openapi.json")],
        "an answer and the end": [page + b"Connection: close\r\n\r\n"],
        "an answer and silence": [page + b"\r\n"],
        "an answer and no HTTP": [page + b"\r\n", b"\0"],
    }
    lines: dict[str, socket.socket] = {}
    for name, pieces in calls.items():
        line = lines[name] = connect()
        for piece in pieces:
            line.sendall(piece)
            assert line.recv(1, socket.MSG_PEEK)
    # Longer than an answer is kept for, and a connection without a call before that.
    time.sleep(5 * PATIENCE)

    came = {name: len(heard(line)) for name, line in lines.items()}
    assert {name: size for name, size in came.items() if size >= whole} == {}


def test_who_is_in_time_is_answered_piece_by_piece(connect: Connect) -> None:
    connection = connect()
    whole = HEAD + b"Content-Length: 2\r\n\r\n{}" + GET
    for byte in whole:
        connection.sendall(bytes([byte]))

    said = heard(connection)

    assert (said.count(b"HTTP/1.1 422 "), said.count(b"HTTP/1.1 200 ")) == (1, 1)


@pytest.mark.parametrize("options", [{"http": BoundedHttp, "limit_concurrency": 2}], ids=["two"])
def test_one_connection_too_many_is_told_to_come_again(connect: Connect) -> None:
    first, second = connect(), connect()
    for connection in (first, second):
        connection.sendall(GET)
        assert connection.recv(13) == b"HTTP/1.1 200 "
    third = connect()
    third.sendall(GET)

    said = heard(third)

    assert said.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: 5" in said
    # Those who were there go on, and with room again there is room.
    first.sendall(GET.replace(b"Host", b"Connection: close\r\nHost"))
    assert heard(first).count(b"HTTP/1.1 200 ") == 1
    fourth = connect()
    fourth.sendall(GET)
    assert fourth.recv(13) == b"HTTP/1.1 200 "
