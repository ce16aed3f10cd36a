"""Calls of any shape to any door, as hypothesis draws them, and what must hold of every answer."""

import json
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode

from fastapi import FastAPI
from fastapi.routing import iter_route_contexts
from httpx2 import Response
from hypothesis import strategies as st
from starlette.testclient import TestClient

MARK = "Zq7typed"
# An open stream never ends: who may listen is fuzzed without a key.
ENDLESS = "/api/v1/events/stream"
# Made once and answered before there is any routing: the front page, for all of them.
READY = ("GET", "/")
PARAMETER = re.compile(r"{(\w+)(?::\w+)?}")
# Where a page shows a form again, as it was filled in, and where it names its own address.
AS_TYPED = re.compile(
    r'\s(?:value|href|formaction|action)="[^"]*"|<textarea[^>]*>.*?</textarea>', re.DOTALL
)
ODD = (
    *("", " ", "\0", "\r\n", f"\u202e{MARK}", "\ud800", "\u00e9" * 300, "\U0001d7d9", "%00", "%"),
    *("../../etc/passwd", "<script>alert(1)</script>", "{{7*7}}", "' OR 1=1 --", "$(id)", "-1"),
    *("9" * 400, "1e999", "NaN", "2026-13-45", "2026-12-03_morning", "on", "null", "[]", "{}"),
    *(MARK, MARK * 2_000),
)
HEADERS = (
    *("Accept", "Accept-Encoding", "Accept-Language", "Authorization", "Content-Length"),
    *("Content-Type", "Cookie", "Forwarded", "Host", "Idempotency-Key", "If-Match"),
    *("If-None-Match", "Last-Event-ID", "Origin", "Range", "Sec-Fetch-Site", "Transfer-Encoding"),
    *("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-HTTP-Method-Override"),
    *("X-Request-ID",),
)
GOOD = {
    "Accept-Language": "es-MX;q=0.9, *;q=0.1",
    "Content-Type": "application/json",
    "If-Match": '"1"',
    "Last-Event-ID": "1",
    "Sec-Fetch-Site": "same-origin",
}
# A client of HTTP sends no longer address, and a server of ours reads a shorter one.
LONGEST = 60_000
odd = st.sampled_from(ODD) | st.text(max_size=30).map(lambda more: MARK + more)
KINDS = (
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=utf-16",
    "multipart/form-data; boundary=b",
    "multipart/form-data",
    "application/json",
    "text/plain",
    "nonsense",
)


@dataclass(frozen=True, slots=True)
class Call:
    """One call, as it goes over the line."""

    method: str
    route: str
    path: str
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes


@dataclass
class Doors:
    """The doors of an application, the names of their fields, and things that are really there."""

    routes: Sequence[tuple[str, str]]
    names: Sequence[str]
    there: dict[str, list[str]]
    bearer: dict[str, str]
    cookies: dict[str, str]
    seen: Counter[tuple[str, int]] = field(default_factory=Counter)

    def calls(self, method: str, route: str) -> st.SearchStrategy[Call]:
        """Return calls to one of them."""
        return st.composite(self._call)(method, route)

    def _call(self, draw: Any, method: str, route: str) -> Call:  # noqa: ANN401 - hypothesis' own
        path = PARAMETER.sub(lambda found: self._filled(draw, found[1]), route)
        prefix = draw(st.sampled_from(["", "", "/es", "/en"]))
        pairs = st.lists(st.tuples(st.sampled_from(self.names) | odd, odd), max_size=4)
        query = encoded(draw(pairs)) if draw(st.booleans()) else ""
        kind, body = draw(self._bodies(pairs)) if method != "GET" else ("", b"")
        headers = draw(st.dictionaries(st.sampled_from(HEADERS), odd, max_size=3))
        if kind:
            headers.setdefault("Content-Type", kind)
        headers |= {name: GOOD[name] for name in draw(st.sets(st.sampled_from(sorted(GOOD))))}
        if draw(st.booleans()) and route != ENDLESS:
            headers |= self.bearer
        if draw(st.booleans()):
            headers["Cookie"] = draw(self._jars())
        raw = tuple((name.encode(), told(value)) for name, value in headers.items())
        whole = f"{'' if route.startswith('/api') else prefix}{path}{'?' * bool(query)}{query}"
        return Call(method, route, whole[:LONGEST], raw, body)

    def _filled(self, draw: Any, name: str) -> str:  # noqa: ANN401 - as above
        value = draw(st.sampled_from(self.there.get(name, [MARK])) | odd)
        return quote(value.encode("utf-8", "surrogatepass"), safe="") or "-"

    def _jars(self) -> st.SearchStrategy[str]:
        """Return cookies as a browser has them after the questions, some of them spoilt."""
        kept = [st.tuples(st.just(name), st.just(value)) for name, value in self.cookies.items()]
        spoilt = st.tuples(st.sampled_from(sorted(self.cookies)), odd)
        each = st.one_of(*kept, *kept, spoilt)
        return st.lists(each, max_size=4).map(lambda jar: "; ".join(f"{n}={v}" for n, v in jar))

    def _bodies(self, pairs: st.SearchStrategy[Any]) -> st.SearchStrategy[tuple[str, bytes]]:
        forms = pairs.map(lambda drawn: (KINDS[0], encoded(drawn).encode()))
        parts = pairs.map(lambda drawn: (KINDS[2], multipart(drawn)))
        fields = st.dictionaries(st.sampled_from(self.names), JSON | odd_json, max_size=5)
        documents = fields.map(lambda drawn: ("application/json", spelled(drawn)))
        anything = st.tuples(st.sampled_from(KINDS), st.binary(max_size=60))
        return forms | forms | parts | documents | anything

    def knock(self, client: TestClient, call: Call) -> Response:
        """Make a call, and check what must hold of the answer."""
        client.cookies.clear()
        answer: Response = client.request(
            call.method,
            call.path,
            headers=list(call.headers),
            content=call.body,
            follow_redirects=False,
        )
        self.seen[call.route, answer.status_code] += 1
        assert answer.status_code < 500 or answer.status_code == 503, "a fault of ours"
        assert "Traceback" not in answer.text
        if answer.status_code >= 400:
            assert MARK not in AS_TYPED.sub("", answer.text), "an echo"
        return answer


odd_json = odd.map(lambda text: text.encode("utf-8", "replace").decode())
JSON = st.recursive(
    odd_json | st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(odd_json, inner, max_size=3),
    max_leaves=5,
)


def doors_of(client: TestClient, app: FastAPI, **there: Any) -> Doors:  # noqa: ANN401 - names of parameters
    """Return the doors of an application, with names of fields from its pages and its document."""
    bearer, cookies = there.pop("bearer"), dict(client.cookies)
    routes = [
        (method, context.original_route.path_format)
        for context in iter_route_contexts(app.routes)
        for method in getattr(context.original_route, "methods", None) or ()
        if hasattr(context.original_route, "path_format") and method != "HEAD"
    ]
    routes.append(READY)
    known = {name: [str(each) for each in values] for name, values in there.items()}
    names = set(re.findall(r'"(\w+)":', client.get("/api/v1/openapi.json").text))
    for method, route in routes:
        if method == "GET" and not route.startswith("/api/"):
            path = PARAMETER.sub(lambda found: known.get(found[1], ["x"])[0], route)
            names |= set(re.findall(r' name="([^"]+)"', client.get(path).text))
    return Doors(sorted(routes), sorted(names), known, bearer, cookies)


def encoded(pairs: Sequence[tuple[str, str]]) -> str:
    """Return pairs as a form sends them, whatever is in them."""
    return urlencode([(spelled_raw(name), spelled_raw(value)) for name, value in pairs])


def multipart(pairs: Sequence[tuple[str, str]]) -> bytes:
    """Return pairs as parts, some of them files; the names are not escaped."""
    parts = b""
    for place, (name, value) in enumerate(pairs):
        file = b'; filename="a"' if place % 2 else b""
        head = b'--b\r\nContent-Disposition: form-data; name="' + spelled_raw(name) + b'"' + file
        parts += head + b"\r\n\r\n" + spelled_raw(value) + b"\r\n"
    return parts + b"--b--\r\n"


def spelled(document: object) -> bytes:
    """Return a document as JSON."""
    return json.dumps(document).encode()


def spelled_raw(text: str) -> bytes:
    """Return a text as bytes, halves of characters included."""
    return text.encode("utf-8", "surrogatepass")


def told(value: str) -> bytes:
    """Return a header's value as a client can send it: no line breaks, no NUL."""
    return re.sub(rb"[\r\n\0]", b"", spelled_raw(value))[:4000]
