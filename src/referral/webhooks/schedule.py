"""When a delivery that failed is tried again: pure."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

# The schedule that Standard Webhooks gives as its example: ten attempts in three days.
DELAYS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    *(timedelta(hours=hours) for hours in (2, 5, 10, 14, 20, 24)),
)
LONGEST = timedelta(hours=24)
# What failed together is spread over a tenth of its wait.
SPREAD = 0.1


def wait(
    failures: int,
    asked: timedelta,
    jitter: Callable[[], float],
    delays: Sequence[timedelta] = DELAYS,
) -> timedelta | None:
    """Return the wait after `failures` attempts (1 or more), None where that was the last one.

    A receiver that `asked` for more time gets it, up to a day; asking for less cannot use the
    attempts up within minutes. `jitter` returns a random number from 0 to below 1.
    """
    if failures > len(delays):
        return None
    delay = delays[failures - 1] * (1 + SPREAD * jitter())
    return max(delay, min(asked, LONGEST))


def asked_to_wait(retry_after: str | None, *, now: datetime) -> timedelta:
    """Return what a Retry-After asks for (RFC 9110: seconds or a date), nothing if unreadable."""
    text = (retry_after or "").strip()
    if text.isascii() and text.isdigit():
        return timedelta(seconds=min(int(text[:9]), LONGEST.total_seconds()))
    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return timedelta()
    return max(moment.replace(tzinfo=moment.tzinfo or UTC) - now, timedelta())
