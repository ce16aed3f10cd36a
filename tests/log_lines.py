"""Log lines as they are written, read back."""

import json
from collections.abc import Iterable
from logging import LogRecord

from httpx2 import Response

from referral.logs import JsonLines
from referral.web.access import REQUEST_ID
from world import Json


def written(records: Iterable[LogRecord], logger: str = "referral") -> list[Json]:
    """Return what the lines of `logger`, and of those below it, say."""
    ours = (one for one in records if f"{one.name}.".startswith(f"{logger}."))
    return [json.loads(JsonLines().format(one)) for one in ours]


def apart_from_id(answer: Response) -> dict[str, str]:
    """Return the headers of an answer but the id of its call and what is left, as of no other.

    Nor its length: a packed page has some filling.
    """
    own = {REQUEST_ID.lower(), "ratelimit", "content-length"}
    return {name: each for name, each in answer.headers.items() if name not in own}
