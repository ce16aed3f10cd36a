"""What no client sends: calls that are no HTTP, or lie about their length, to a real server."""

import socket
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from live import serving
from referral.web.wire import BoundedHttp

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
MARK = b"Zq7typed"
HOST = b"Host: 127.0.0.1\r\nConnection: close\r\n"
FORM = HOST + b"Content-Type: application/x-www-form-urlencoded\r\n"
CHUNKED = FORM + b"Transfer-Encoding: chunked\r\n"
POST, GET = b"POST /find HTTP/1.1\r\n", b"GET /%b HTTP/1.1\r\n"
# What is sent, and how it may be answered.
CALLS = {
    "no HTTP": (MARK + b"\r\n\r\n", {400}),
    "a newer HTTP": (b"GET /%b HTTP/9.9\r\n" % MARK + HOST + b"\r\n", {400}),
    "a method of their own": (MARK + b" / HTTP/1.1\r\n" + HOST + b"\r\n", {400}),
    "no host": (GET % b"check" + b"Connection: close\r\n\r\n", {421}),
    "two hosts": (GET % b"check" + HOST + b"Host: %b\r\n\r\n" % MARK, {421}),
    "a broken header": (GET % b"check" + HOST + b"\0%b: x\r\n\r\n" % MARK, {400}),
    "half a sign": (GET % (b"%f0%28%8c" + MARK) + HOST + b"\r\n", {404}),
    "NUL in a path": (GET % (b"follow/%00" + MARK) + HOST + b"\r\n", {404}),
    "a path that climbs": (GET % (b"static/../../" + MARK) + HOST + b"\r\n", {404}),
    "no length": (POST + FORM + b"\r\n", {422, 303}),
    "a negative length": (POST + FORM + b"Content-Length: -1\r\n\r\n", {400}),
    "two lengths": (POST + FORM + b"Content-Length: 1\r\nContent-Length: 8\r\n\r\n", {400}),
    "a length that is none": (POST + FORM + b"Content-Length: \xd9\xa3\r\n\r\n", {400}),
    "both lengths": (POST + CHUNKED + b"Content-Length: 3\r\n\r\n0\r\n\r\n", {400}),
    "a chunk that lies": (POST + CHUNKED + b"\r\nzzz\r\n" + MARK, {400}),
    "a head behind the body": (
        b"POST /healthz HTTP/1.1\r\n" + CHUNKED + b"\r\n0\r\nHost: %b\r\n\r\n" % MARK,
        {405},
    ),
    "more than it may": (POST + CHUNKED + b"\r\n" + b"ffff\r\n%b\r\n" % (b"x" * 65535) * 3, {413}),
}
# Said to be longer than they are: nobody is left to hear an answer.
HALVES = {
    "too short a body": POST + FORM + b"Content-Length: 99\r\n\r\n" + MARK,
    "a chunk without end": POST + CHUNKED + b"\r\nfff\r\n" + MARK,
    "a head without end": GET % b"check" + HOST + b"X: " + MARK * 9_000,
}


@pytest.fixture
def port(client: TestClient) -> Iterator[int]:
    with (
        socket.create_server(("127.0.0.1", 0)) as listener,
        serving(client.app, listener, http=BoundedHttp),
    ):
        yield listener.getsockname()[1]


def answer_to(port: int, call: bytes, *, is_half: bool = False) -> bytes:
    """Send a call, and return all that comes back; after half of one say no more."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        said = b""
        try:
            line.sendall(call)
            if is_half:
                line.shutdown(socket.SHUT_WR)
            while piece := line.recv(65536):
                said += piece
        except (ConnectionResetError, BrokenPipeError):
            # It has hung up while we were still talking.
            return said
        return said


def test_nobody_gets_more_than_a_refusal(port: int) -> None:
    wrong = {}
    for name, (call, expected) in CALLS.items():
        said = answer_to(port, call)
        status = int(said.split(b" ", 2)[1]) if said else None
        if status not in expected or b"Traceback" in said or MARK in said:
            wrong[name] = (status, said[-300:])
    assert wrong == {}


def test_who_stops_in_the_middle_leaves_the_service_as_it_was(port: int) -> None:
    for call in HALVES.values():
        said = answer_to(port, call, is_half=True)
        assert MARK not in said
        assert b"Traceback" not in said
    assert b" 200 " in answer_to(port, GET % b"healthz" + HOST + b"\r\n")
