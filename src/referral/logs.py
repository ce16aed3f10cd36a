"""Log lines: one JSON object each, with the call or the round it belongs to, and nothing typed.

Our own lines say what happened in words, and ids and codes as members of their own (`facts`). Of
an exception only its type and where it came from are told: its words, and the values in a
traceback, could be what somebody typed. Of other people's warnings only the fixed words are.
"""

import json
import logging
import threading
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

ABOUT: ContextVar[Mapping[str, str]] = ContextVar("about")
NOTHING: Mapping[str, str] = {}
OURS = "referral"
QUIET = ("alembic", "httpx", "httpcore", "multipart", "python_multipart")
# So many of the innermost places tell where an error came from.
PLACES = 8


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON: `at`, `level`, `logger`, `message`, and its facts."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, which holds no line break."""
        line = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": _message(record),
            **getattr(record, "facts", NOTHING),
            **ABOUT.get(NOTHING),
        }
        if record.exc_info and record.exc_info[1]:
            line |= _told(record.exc_info[1])
        return json.dumps(line, default=str)


def to_stderr() -> None:
    """Let all lines of this process go to standard error, in this form."""
    handler = logging.StreamHandler()
    handler.setFormatter(JsonLines())
    logging.basicConfig(level=logging.INFO, handlers=[handler])
    logging.captureWarnings(capture=True)
    for name in QUIET:
        logging.getLogger(name).setLevel(logging.WARNING)
    threading.excepthook = _died


def facts(**named: object) -> dict[str, Mapping[str, object]]:
    """Return what a line of ours says beside its words: `log.info("…", extra=facts(notice=id))`."""
    return {"facts": named}


@contextmanager
def about(**ids: str) -> Iterator[None]:
    """Let every line of this block name what it belongs to."""
    token = ABOUT.set({**ABOUT.get(NOTHING), **ids})
    try:
        yield
    finally:
        ABOUT.reset(token)


def new_id() -> str:
    """Return a fresh id of a call or a round."""
    return uuid4().hex


def _message(record: logging.LogRecord) -> str:
    ours = record.name.partition(".")[0] == OURS
    if ours or record.levelno < logging.WARNING:
        return record.getMessage()
    return str(record.msg).partition("\n")[0]


def _told(error: BaseException) -> dict[str, object]:
    frames = traceback.extract_tb(error.__traceback__)[-PLACES:]
    places = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return {"error": type(error).__name__, "places": places}


def _died(args: threading.ExceptHookArgs) -> None:
    error = args.exc_value
    known = (args.exc_type, error, args.exc_traceback) if error else None
    logging.getLogger(OURS).error("a thread ended", exc_info=known)
