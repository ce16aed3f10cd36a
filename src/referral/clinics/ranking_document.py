"""Writes docs/ranking.md from the tables of the ranking, so that both say the same. Pure."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

from referral.clinics.ranking import (
    ANSWERS,
    CAPACITY,
    CONFIRMED,
    FRESH,
    HOUR,
    LISTED,
    MOST_WEEKS,
    NOT_MEASURED,
    PAUSED,
    SLOWEST,
    UNANSWERED,
    UNCONFIRMED,
    WEEK_MILES,
    Code,
    Facts,
    Reason,
    rank,
    week_of,
)
from referral.clinics.standing import Accepting, Standing

TODAY = date(2026, 12, 1)
_NOW = datetime(2026, 12, 1, 15, tzinfo=UTC)
_LONG_AGO = _NOW - FRESH - timedelta(days=1)
_YES, _WAITLIST = Accepting.YES, Accepting.WAITLIST

_INTRODUCTION = """\
# Why a clinic stands where it stands

Generated from `src/referral/clinics/ranking.py` by `ranking_document.document()`; change the tables
there, not this page. It is all there is: one pure function of distance, capacity, freshness and
measured answer time. Nobody can pay for a place.

Whatever speaks against a clinic counts as miles that it is farther away. The list is in the order
of the sum; where two sums are equal, the nearer clinic comes first. Compared are the clinics of the
smallest circle around the place (3, 10, 25, 50, … miles) that holds 30 of them, of those that fit
all filters 10, or else of the radius that was asked for. After them come those between it and the
next circle, compared with each other, and so on. Each result of `GET /api/v1/clinics` carries its
`rank`: the sum, and each reason with its miles.
"""


def joined(
    accepting: Accepting = _YES,
    *,
    paused: bool = False,
    free_in_weeks: int = 0,
    confirmed_at: datetime = _NOW,
    hours: int | None = None,
    left_unanswered: int = 0,
) -> Facts:
    """Return what is known of a clinic that has joined; `hours` is its median answer time."""
    return Facts(
        Standing.JOINED,
        accepting,
        paused,
        next_free_week=week_of(TODAY) + timedelta(weeks=free_in_weeks),
        confirmed_at=confirmed_at,
        median_answer_seconds=None if hours is None else hours * HOUR,
        left_unanswered=left_unanswered,
    )


EXAMPLES: tuple[tuple[str, float, Facts], ...] = (
    ("takes new patients, answers within 3 hours", 2, joined(hours=3)),
    ("the same, 1 mile farther, answers within 20 hours", 3, joined(hours=20)),
    ("takes new patients, fewer than five answers yet", 3, joined()),
    ("free in 2 weeks, answers within 3 hours", 2, joined(hours=3, free_in_weeks=2)),
    (
        "has let its last request expire, answers within 3 hours",
        2,
        joined(hours=3, left_unanswered=1),
    ),
    ("in the public register only", 2, Facts(Standing.LISTED, Accepting.UNKNOWN)),
    ("waiting list, answers within 3 hours", 2, joined(_WAITLIST, hours=3)),
    ("not confirmed in time, answers within 3 hours", 2, joined(hours=3, confirmed_at=_LONG_AGO)),
    ("takes new patients, answers after 4 days", 6, joined(hours=96)),
    ("paused, answers within 3 hours", 1, joined(hours=3, paused=True)),
    ("takes no new patients, answers within 3 hours", 1, joined(Accepting.NO, hours=3)),
)


def document() -> str:
    """Return the whole page as Markdown, ending in a line break."""
    return "\n".join((_INTRODUCTION, *_tables(), *_examples()))


def _tables() -> Iterator[str]:
    yield from ("## What counts", "", "| What | Reason | Miles |", "| --- | --- | --- |")
    yield _row("each mile in a straight line", Reason(Code.DISTANCE, 1))
    for accepting, reason in CAPACITY.items():
        yield _row(f"capacity: accepting {accepting}", reason)
    yield _row("capacity: paused", PAUSED)
    yield _row("capacity: not joined, has to be called", LISTED)
    most = WEEK_MILES * MOST_WEEKS
    week = Reason(Code.FREE_LATER, WEEK_MILES)
    yield _row(f"capacity: each week until its next free one, {most} at most", week)
    yield _row(f"freshness: confirmed in the last {FRESH.days} days", CONFIRMED)
    yield _row("freshness: not confirmed in time", UNCONFIRMED)
    for hours, reason in ANSWERS:
        yield _row(f"median answer time: up to {hours} hours", reason)
    yield _row("median answer time: longer", SLOWEST)
    yield _row("median answer time: fewer than five answers in 90 days", NOT_MEASURED)
    yield _row("answering: its last request expired", UNANSWERED)
    yield ""


def _examples() -> Iterator[str]:
    yield from ("## Examples", "", "In the order in which they would be listed.", "")
    yield from ("| Clinic | Miles away | Counts as | Why |", "| --- | --- | --- | --- |")
    ranked = ((words, miles, rank(miles, facts, today=TODAY)) for words, miles, facts in EXAMPLES)
    for words, miles, place in sorted(ranked, key=lambda one: (one[2].counts_as_miles, one[1])):
        why = ", ".join(f"`{reason.code}` {reason.miles:g}" for reason in place.reasons)
        yield f"| {words} | {miles:g} | {place.counts_as_miles:g} | {why} |"
    yield ""


def _row(what: str, reason: Reason) -> str:
    return f"| {what} | `{reason.code}` | {reason.miles:g} |"
