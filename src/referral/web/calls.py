"""How often each route was called, how that ended and how long it took: counted in this process."""

import os
from bisect import bisect_left
from collections import Counter, defaultdict
from dataclasses import dataclass, field

# Upper bounds in seconds; what took longer is in a bucket of its own, behind the last one.
BOUNDS = (0.005, 0.025, 0.1, 0.5, 2.5)
# Whoever calls may make up a method; a series for each would be theirs to make up, too.
METHODS = frozenset(("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"))


@dataclass(slots=True)
class Durations:
    """How many calls took at most so long, by `BOUNDS`, and how long all of them together."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0


class Calls:
    """The counts of one process, by method and route template: never by a path."""

    def __init__(self) -> None:
        self.process = str(os.getpid())
        self.ended: Counter[tuple[str, str, int]] = Counter()
        self.took: defaultdict[tuple[str, str], Durations] = defaultdict(Durations)

    def count(self, method: str, route: str, *, status: int, seconds: float) -> None:
        """Count a call by a `known_method`; the event loop is the one thread that does."""
        self.ended[method, route, status] += 1
        durations = self.took[method, route]
        durations.buckets[bisect_left(BOUNDS, seconds)] += 1
        durations.seconds += seconds


def known_method(method: str) -> str:
    """Return the method of a call, or `other` for one that somebody made up."""
    return method if method in METHODS else "other"
