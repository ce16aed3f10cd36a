"""The raw limits: bare ASGI callables that send the same bytes, or run the same SQL."""

import json
import os
import sqlite3
import threading
from collections.abc import Awaitable, Callable, MutableMapping
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import psycopg

Message = MutableMapping[str, Any]
Send = Callable[[Message], Awaitable[None]]
TARGET = os.environ.get("FLOOR_DATABASE", "")
SQL = os.environ.get("FLOOR_SQL", "")
BODY = Path(os.environ["FLOOR_BODY"]).read_bytes() if "FLOOR_BODY" in os.environ else b""
local = threading.local()


async def article(_scope: Message, _receive: object, send: Send) -> None:
    """Send the bytes of the page."""
    await _send(send, BODY, b"text/html; charset=utf-8")


async def rows(scope: Message, _receive: object, send: Send) -> None:
    """Run the SQL with the parameters of the query string and send its rows as JSON."""
    given = json.loads(unquote(scope["query_string"].decode()))
    found = _connection().execute(SQL, given).fetchall()
    await _send(send, json.dumps(found, default=str).encode(), b"application/json")


def _connection() -> Any:  # noqa: ANN401 - either driver's own
    if not hasattr(local, "connection"):
        is_sqlite = TARGET.startswith("sqlite:///")
        local.connection = (
            sqlite3.connect(TARGET.removeprefix("sqlite:///"))
            if is_sqlite
            else psycopg.connect(TARGET, autocommit=True)
        )
    return local.connection


async def _send(send: Send, body: bytes, media_type: bytes) -> None:
    headers = [(b"content-type", media_type), (b"content-length", b"%d" % len(body))]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})
