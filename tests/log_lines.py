"""Log lines as they are written, read back."""

import json
from collections.abc import Iterable
from logging import LogRecord

from referral.logs import JsonLines
from world import Json


def written(records: Iterable[LogRecord], logger: str = "referral") -> list[Json]:
    """Return what the lines of `logger`, and of those below it, say."""
    ours = (one for one in records if f"{one.name}.".startswith(f"{logger}."))
    return [json.loads(JsonLines().format(one)) for one in ours]
