"""Demo requests: six fictional people who asked the first clinic, sent and answered for real."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import islice
from types import MappingProxyType
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from sqlmodel import Session

from referral.appointments import consent
from referral.appointments.desk import inbox
from referral.appointments.following import own_request
from referral.appointments.life import submission
from referral.appointments.promise import offered_parts
from referral.appointments.reasons import DeclineReason, NextStep
from referral.appointments.schemas import NewRequest, PreferredWindow
from referral.appointments.states import Action
from referral.appointments.steps import Book, Decline, PatientStep, Receive
from referral.clinics import hours as opening
from referral.clinics.holidays import ClosedDays
from referral.clinics.models import Clinic
from referral.settings import Settings
from referral.staff.service import Staff
from referral.symptoms import service as symptoms
from referral.symptoms.schemas import Answers
from referral.vault import Vault


@dataclass(frozen=True, slots=True)
class Example:
    """What one person typed, and where their answers differ from `ANSWERS`."""

    typed: Mapping[str, Any]
    answers: Mapping[str, Any] = field(default_factory=dict)


ANSWERS: Mapping[str, Any] = MappingProxyType(
    {
        "emergency_signs": ["none"],
        "unwell_signs": ["none"],
        "regions": ["lower_back"],
        "spread": "none",
        "duration": "1_6w",
        "trend": "same",
        "onset": "lifting_exercise",
        "pain": 5,
        "function": "limited",
        "age": 40,
        "history": ["none"],
        "tried": ["heat"],
        "note": "Nobody typed this: it is part of the demo.",
    }
)
BY_EMAIL = {"preferred_contact": "email"}
BY_PHONE = {"preferred_contact": "phone"}
PEOPLE: Mapping[str, Example] = MappingProxyType(
    {
        "One": Example({"email": "demo.one@example.com", **BY_EMAIL}, {"age": 52}),
        "Two": Example(
            {"phone": "212 555 0162", **BY_PHONE}, {"regions": ["neck"], "onset": "gradual"}
        ),
        "Three": Example(
            {"email": "demo.three@example.com", "phone": "212 555 0163", **BY_PHONE},
            {"pain": 7, "age": 35},
        ),
        "Four": Example(
            {"email": "demo.four@example.com", "doctor_cleared": True, **BY_EMAIL},
            {"history": ["cancer"], "age": 61},
        ),
        "Five": Example(
            {
                "requesting_for": "someone_else",
                "patient_name": "Demo Relative",
                "phone": "212 555 0165",
                **BY_PHONE,
            },
            {"age": 67, "pain": 3},
        ),
        "Six": Example({"email": "demo.six@example.com", **BY_EMAIL}, {"trend": "better"}),
    }
)
# Which of the three days that each person named is booked: two cannot have the same time.
BOOKED_ON = {"Three": 1, "Four": 2}
SEND = None
# How many hours ago, who, and what was done, oldest first. One is past every promised day by now;
# Five and Six are not yet: an answer is owed by the evening of an open day, eight hours at least.
STORY: tuple[tuple[int, str, Action | None], ...] = (
    (150, "One", SEND),
    (99, "Two", SEND),
    (98, "Two", Action.RECEIVE),
    (78, "Two", Action.DECLINE),
    (75, "Three", SEND),
    (73, "Four", SEND),
    (51, "Three", Action.RECEIVE),
    (50, "Three", Action.BOOK),
    (49, "Four", Action.BOOK),
    (26, "Four", Action.CANCEL),
    (5, "Five", SEND),
    (3, "Five", Action.RECEIVE),
    (2, "Six", SEND),
)


def add(
    session: Session, clinic: Clinic, staff: Staff, *, settings: Settings, now: datetime
) -> None:
    """Let the story happen at `clinic`, up to `now`; what is booked is still to come."""
    vault = Vault(settings.ring)
    openings = tuple(islice(_openings(clinic, now), 3))
    sent: dict[str, submission.Sent] = {}
    for hours_ago, name, action in STORY:
        at = now - timedelta(hours=hours_ago)
        desk = submission.Desk(vault, settings.answer_days, at)
        if action is SEND:
            sent[name] = _send(session, name, clinic, openings=openings, desk=desk)
        elif action is Action.CANCEL:
            step = PatientStep(action=action)
            own_request.act(session, sent[name].token, step, desk=desk)
        else:
            staffed = inbox.Desk(staff, at, vault, settings.answer_days)
            answer = _answer(action, openings[BOOKED_ON.get(name, 0)])
            inbox.act(session, sent[name].id, answer, desk=staffed, expected=None)


def _openings(clinic: Clinic, now: datetime) -> Iterator[datetime]:
    """Yield when the clinic opens on each open day from tomorrow on, for two weeks."""
    zone = ZoneInfo(clinic.timezone)
    week = opening.from_json(clinic.hours)
    closed = ClosedDays.of(clinic.keeps_holidays, clinic.closed_on)
    today = now.astimezone(zone).date()
    for day in (today + timedelta(days=offset) for offset in range(1, 15)):
        for period in () if day in closed else opening.open_on(week, day)[:1]:
            yield datetime.combine(day, period.opens, zone)


def _send(
    session: Session,
    name: str,
    clinic: Clinic,
    *,
    openings: tuple[datetime, ...],
    desk: submission.Desk,
) -> submission.Sent:
    example = PEOPLE[name]
    assessment_id = uuid4()
    answers = Answers.model_validate({**ANSWERS, **example.answers})
    symptoms.record(session, answers, assessment_id, vault=desk.vault, now=desk.now)
    week = opening.from_json(clinic.hours)
    asked = NewRequest(
        name=f"Demo Person {name}",
        preferred_windows=tuple(
            PreferredWindow(date=at.date(), part=offered_parts(week, at.date(), closed=())[0])
            for at in openings
        ),
        consent_version=consent.VERSION,
        assessment_id=assessment_id,
        clinic_id=clinic.id,
        **example.typed,
    )
    return submission.submit(session, asked, desk=desk)


def _answer(action: Action, start: datetime) -> Receive | Book | Decline:
    match action:
        case Action.BOOK:
            return Book(action=action, starts_at=start)
        case Action.DECLINE:
            return Decline(
                action=action,
                reason=DeclineReason.NO_CAPACITY,
                next_step=NextStep.OTHER_CLINIC,
                message="A made-up answer of the demo clinic.",
            )
        case _:
            return Receive(action=Action.RECEIVE)
