"""All requests as one file, in pieces, of which it can be told whether it came whole."""

from typing import Literal, Unpack

import httpx

from referral.client.calls import Call, query
from referral.client.errors import UnreadableError
from referral.client.requests import REQUESTS, Choice

Kind = Literal["csv", "ndjson"]
MEDIA_TYPES = {"csv": "text/csv", "ndjson": "application/x-ndjson"}


def export(
    kind: Kind = "csv", *, include: Literal["person"] | None = None, **choice: Unpack[Choice]
) -> Call[None]:
    """Read all requests that fit as the bytes of one file, newest first, piece after piece.

    `include="person"` adds who asks, and needs a key of the scope `admin`. NoAnswerError if the
    file is cut, also after pieces of it: only what ended without an error is whole.
    """

    def check(response: httpx.Response) -> None:
        headers = response.headers
        if not headers.get("Content-Type", "").startswith(MEDIA_TYPES[kind]):
            raise UnreadableError("The answer is not the file that was asked for.")
        if response.http_version == "HTTP/1.0" and "Content-Length" not in headers:
            raise UnreadableError("Over HTTP/1.0 nobody could tell whether the file came whole.")

    params = query(format=kind, include=include, **choice)
    return Call("GET", f"{REQUESTS}/export", check, params=params)
