"""What a letter changes in its reader's calendar: what they were told against what is true.

A change of the visit may be overtaken before it is told. So no letter tells what has happened: each
one tells what differs from the last letter that really went out to the same side.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from referral.appointments.models import Appointment
from referral.appointments.states import State
from referral.notices.models import Audience

Span = tuple[datetime, datetime]


@dataclass(frozen=True, slots=True)
class Told:
    """The visit that a side was told of last, with the sequence (RFC 5545) of its file."""

    sequence: int
    span: Span

    @classmethod
    def read(cls, kept: Mapping[str, Any] | None) -> Self | None:
        """Return what a letter told, from what was kept of it; None where that is no visit."""
        if kept is None or "starts_at" not in kept:
            return None
        start, end = (datetime.fromisoformat(kept[name]) for name in ("starts_at", "ends_at"))
        return cls(kept["sequence"], (start, end))


@dataclass(frozen=True, slots=True)
class VisitNews:
    """What a letter does: the iTIP method and the times of its file, None where it brings none.

    `off` is a time that the reader was told of and that is no longer booked. `is_known`: the visit
    is booked for the very time that the reader was told.
    """

    method: str | None = None
    span: Span | None = None
    off: datetime | None = None
    is_known: bool = False

    @property
    def is_due(self) -> bool:
        """Say whether the reader must be told, whatever else there is to say."""
        return self.method == "CANCEL" or (self.span is not None and not self.is_known)

    def kept(self, sequence: int | None) -> dict[str, Any] | None:
        """Return what is kept of a letter with this news, for `Told.read`."""
        if self.method is None or self.span is None:
            return None
        told: dict[str, Any] = {"sequence": sequence}
        if self.method == "REQUEST":
            told |= {"starts_at": self.span[0].isoformat(), "ends_at": self.span[1].isoformat()}
        return told


def visit_news(
    appointment: Appointment, told: Told | None, *, audience: Audience, now: datetime
) -> VisitNews:
    """Return what a letter to `audience` that is written now changes; the operator has no visits.

    The person's letters bring the file of a booked visit each time, the clinic's where it is new.
    """
    span = _span(appointment)
    if audience is Audience.OPERATOR:
        return VisitNews()
    if appointment.state is State.BOOKED and span is not None:
        return _booked(appointment, span, told, audience=audience, now=now)
    # A visit that took place, or was missed, is not called off: it keeps its sequence.
    if told is None or span is not None or told.sequence >= (appointment.sequence or 0):
        return VisitNews()
    return VisitNews("CANCEL", told.span, told.span[0])


def _booked(
    appointment: Appointment,
    span: Span,
    told: Told | None,
    *,
    audience: Audience,
    now: datetime,
) -> VisitNews:
    is_known = told is not None and told.span == span
    is_new = told is None or told.sequence != appointment.sequence
    # A time that has passed, such as that of a missed visit, misleads nobody any more.
    is_off = told is not None and not is_known and told.span[0] > now
    return VisitNews(
        "REQUEST" if is_new or audience is Audience.PATIENT else None,
        span,
        told.span[0] if told is not None and is_off else None,
        is_known,
    )


def _span(appointment: Appointment) -> Span | None:
    if appointment.starts_at is None or appointment.ends_at is None:
        return None
    return appointment.starts_at, appointment.ends_at
