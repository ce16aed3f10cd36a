"""How long a notice waits after a failure: pure."""

from collections.abc import Callable
from datetime import timedelta

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=6)
MOST_ATTEMPTS = 12


def pause(attempts: int, jitter: Callable[[], float]) -> timedelta:
    """Return the wait after `attempts` failures (1 or more): up to a ceiling that doubles.

    `jitter` returns a random number from 0 to below 1, and so spreads what failed together:
    https://aws.amazon.com/blogs/architecture/exponential-backoff-and-jitter/ ("full jitter").
    """
    ceiling = min(FIRST_PAUSE * 2.0 ** (attempts - 1), LONGEST_PAUSE)
    return ceiling * jitter()
