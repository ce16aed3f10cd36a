"""Counting requests, exact percentiles, and what of small numbers may be published. Pure."""

from array import array
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from referral.appointments.states import State

SMALLEST_SHOWN = 5
MOST_HIDDEN = SMALLEST_SHOWN - 1
CAME = frozenset({State.ARRIVED, State.COMPLETED})


class Line(NamedTuple):
    """What counts of one request; `answer_seconds` is None as long as it has had no answer."""

    state: State
    level: str
    by_phone: bool
    answer_seconds: int | None
    missed: bool
    starts_at: datetime | None


@dataclass(slots=True)
class Tally:
    """Requests, counted as they come by; `unanswered` by the state in which they are."""

    states: Counter[State] = field(default_factory=Counter)
    levels: Counter[str] = field(default_factory=Counter)
    unanswered: Counter[State] = field(default_factory=Counter)
    seconds: "array[int]" = field(default_factory=lambda: array("q"))
    by_phone: int = 0
    visits: int = 0
    missed: int = 0

    def add(self, line: Line, now: datetime) -> None:
        """Count one request, as it is at `now`."""
        self.states[line.state] += 1
        self.levels[line.level] += 1
        self.by_phone += line.by_phone
        if line.answer_seconds is None:
            self.unanswered[line.state] += 1
        else:
            self.seconds.append(line.answer_seconds)
        self.missed += line.missed
        # Who missed one visit and came to the next was due twice.
        self.visits += line.missed + _is_due(line, now)

    def merge(self, other: "Tally") -> None:
        """Take in what another one has counted."""
        self.states += other.states
        self.levels += other.levels
        self.unanswered += other.unanswered
        self.seconds += other.seconds
        self.by_phone += other.by_phone
        self.visits += other.visits
        self.missed += other.missed


class Bounds(NamedTuple):
    """A count as it is published: between these two, both included; often they are one number."""

    at_least: int
    at_most: int


def percentile(values: Sequence[int], percent: int) -> int | None:
    """Return the smallest of `values` that `percent` of them do not exceed (nearest rank).

    None where there are none.
    """
    rank = -(-len(values) * percent // 100)
    return sorted(values)[rank - 1] if values else None


def published(counts: Sequence[int]) -> tuple[list[Bounds], Bounds]:
    """Return each count, and their sum, as they may be shown to everybody.

    A count below `SMALLEST_SHOWN` is hidden. The sum is exact only where each hidden count could
    then still be any small number; otherwise it is what the counts shown say of it themselves.
    """
    shown = [Bounds(n, n) if n >= SMALLEST_SHOWN else Bounds(0, MOST_HIDDEN) for n in counts]
    hidden = [n for n in counts if n < SMALLEST_SHOWN]
    total = sum(counts)
    tells_nothing = MOST_HIDDEN <= sum(hidden) <= MOST_HIDDEN * (len(hidden) - 1)
    if not hidden or (tells_nothing and total >= SMALLEST_SHOWN):
        return shown, Bounds(total, total)
    return shown, Bounds(sum(low for low, _ in shown), sum(high for _, high in shown))


def _is_due(line: Line, now: datetime) -> bool:
    is_past = line.starts_at is not None and line.starts_at <= now
    return line.state in CAME or (line.state is State.BOOKED and is_past)
