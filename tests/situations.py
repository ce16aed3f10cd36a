"""Requests brought into every situation there is, by real moves through the doors."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from httpx2 import Response
from pydantic import TypeAdapter
from sqlalchemy import text
from starlette.testclient import TestClient

from conftest import NOON, Clock
from postman import round_of_mail
from referral.appointments.life import moves
from referral.appointments.life.clockwork import Clockwork
from referral.appointments.life.movers import Mover
from referral.appointments.life.moves import Step
from referral.appointments.models import Appointment
from referral.appointments.states import Action, Actor
from referral.appointments.steps import PatientMove, StaffMove, SystemStep
from referral.staff.scopes import Scope
from world import INSIDE_WINDOW, Json, Practice, add_key, house, open_practice, send_request

A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)
# The start of the visit that `book` books, from the start of the story; Tuesday to Thursday.
TO_THE_VISIT = datetime.fromisoformat(INSIDE_WINDOW) - NOON
LATER_WINDOWS: Json = {"preferred_windows": [{"date": "2026-12-08", "part": "afternoon"}]}
OFFERED = ("2026-12-04T10:00:00-05:00", "2026-12-04T10:30:00-05:00", "2026-12-07T16:00:00-05:00")
# Inside the window first given, and inside those given with the wish for another time.
MOVED_TO = {False: "2026-12-03T11:00:00-05:00", True: "2026-12-08T13:00:00-05:00"}
NO: Json = {"reason": "no_capacity", "next_step": "other_clinic"}
BY_PHONE: Json = {"email": None, "preferred_contact": "phone"}
ANY_STEP: TypeAdapter[Step] = TypeAdapter(StaffMove | PatientMove | SystemStep)


@dataclass(slots=True)
class Case:
    """A request in the hands of its sender, its clinic and the passing of time."""

    client: TestClient
    clock: Clock
    practice: Practice
    admin: Practice
    sent: Json

    @property
    def id(self) -> UUID:
        """The request's id."""
        return UUID(self.sent["id"])

    def staff(self, action: str, **more: object) -> Response:
        """Make a staff move."""
        return self._move(self.practice, action, more)

    def by_admin(self, action: str, **more: object) -> Response:
        """Make a move with a key of the admin scope."""
        return self._move(self.admin, action, more)

    def patient(self, action: str, **more: object) -> Response:
        """Make a move by the private link."""
        path = f"/api/v1/follow/{self.sent['follow_token']}/moves"
        return self.client.post(path, json={"action": action, **more})

    def by_itself(self, body: Json) -> None:
        """Make a move as the system does; ConflictError where the table does not allow it."""
        parts = house(self.client)
        with parts.database.unit_of_work() as session:
            row = session.get_one(Appointment, self.id)
            step = ANY_STEP.validate_python(body)
            moves.move(session, row, step, mover=self.system, expected=None)

    def run_due(self) -> int:
        """Let time do what is due."""
        parts = house(self.client)
        work = Clockwork(parts.database, parts.vault, parts.settings.answer_days)
        return work.run_due(now=self.clock.now)

    @property
    def system(self) -> Mover:
        """Time itself as the one who moves."""
        parts = house(self.client)
        return Mover(Actor.SYSTEM, "system", self.clock.now, parts.vault, 1)

    def seen(self) -> Json:
        """Return the request as its sender sees it."""
        answer = self.client.get(f"/api/v1/follow/{self.sent['follow_token']}")
        assert answer.status_code == 200, answer.text
        followed: Json = answer.json()
        return followed

    def detail(self, *, by_admin: bool = False) -> Json:
        """Return the request as its clinic sees it."""
        bearer = (self.admin if by_admin else self.practice).bearer
        answer = self.client.get(f"/api/v1/requests/{self.sent['id']}", headers=bearer)
        assert answer.status_code == 200, answer.text
        whole: Json = answer.json()
        return whole

    def row(self) -> Appointment:
        """Return the stored row."""
        with house(self.client).database.reading() as session:
            return session.get_one(Appointment, self.id)

    def ask(self, query: str) -> list[Any]:
        """Return the rows of a query about this request (`:id`), one column as plain values."""
        database = house(self.client).database
        given = self.id.hex if database.engine.dialect.name == "sqlite" else self.id
        with database.reading() as session:
            rows = session.execute(text(query), {"id": given}).all()
        return [row[0] if len(row) == 1 else tuple(row) for row in rows]

    def notices(self, audience: str = "patient", status: str = "waiting") -> list[str]:
        """Return the kinds of its notices, oldest version first."""
        return self.ask(
            "SELECT kind FROM notices WHERE appointment_id = :id"  # noqa: S608 - our own words
            f" AND audience = '{audience}' AND status = '{status}' ORDER BY version, created_at"
        )

    def mail_is_sent(self) -> None:
        """Let everything that waits go out."""
        round_of_mail(self.client)

    def held(self) -> list[tuple[Any, ...]]:
        """Return start and booked of each time that it holds."""
        return self.ask(
            "SELECT starts_at, booked FROM held_times WHERE appointment_id = :id ORDER BY starts_at"
        )

    def trace(self) -> tuple[Any, ...]:
        """Return what any change would change: version, events, notices and held times."""
        (version,) = self.ask("SELECT version FROM appointments WHERE id = :id")
        events = self.ask("SELECT count(*) FROM events WHERE appointment_id = :id")
        notices = self.ask("SELECT count(*) FROM notices WHERE appointment_id = :id")
        return version, events, notices, self.held()

    def _move(self, practice: Practice, action: str, more: Json) -> Response:
        path = f"/api/v1/requests/{self.sent['id']}/moves"
        headers = practice.bearer | {"If-Match": "*"}
        return self.client.post(path, json={"action": action, **more}, headers=headers)


def begin(client: TestClient, clock: Clock, **changes: object) -> Case:
    """Send a request to a clinic of its own, and return it with the clinic's keys."""
    practice = open_practice(client)
    row, key = add_key(client, practice.clinic_id, Scope.ADMIN)
    admin = Practice(practice.clinic_id, practice.chiropractor_id, row.id, key)
    return Case(client, clock, practice, admin, send_request(client, practice.clinic_id, **changes))


def body(case: Case, action: str) -> Json:
    """Return the body of a move that nothing but the state can make fail."""
    more = MORE.get(Action(action))
    return {"action": action} if more is None else {"action": action, **more(case)}


def _times(case: Case) -> Json:
    booking = case.seen()["booking"] or {}
    times = [{"starts_at": start} for start in OFFERED if start != booking.get("starts_at")]
    return {"times": times}


def _first_time(case: Case) -> Json:
    times = case.seen()["offered_times"]
    return {"time_id": times[0]["id"] if times else str(uuid4())}


def _other_time(case: Case) -> Json:
    return {"starts_at": MOVED_TO[case.seen()["wants_move"]]}


def _other_windows(case: Case) -> Json:
    """Return windows that the person has not given yet."""
    (window,) = LATER_WINDOWS["preferred_windows"]
    is_said = window in case.seen()["preferred_windows"]
    return {"preferred_windows": [window | {"part": "morning"}]} if is_said else LATER_WINDOWS


def _other_clinic(case: Case) -> Json:
    return {"clinic_id": str(open_practice(case.client).clinic_id)}


MORE: Mapping[Action, Callable[[Case], Json]] = {
    Action.OFFER: _times,
    Action.BOOK: lambda _case: {"starts_at": INSIDE_WINDOW},
    Action.MOVE: _other_time,
    Action.DECLINE: lambda _case: NO,
    Action.ACCEPT: _first_time,
    Action.REFUSE: lambda _case: LATER_WINDOWS,
    Action.ASK_MOVE: _other_windows,
    Action.ASK_AGAIN: lambda _case: LATER_WINDOWS,
    Action.SEND_ON: _other_clinic,
}


def wait(**span: int) -> Callable[[Case], None]:
    """Return the act of waiting, and then doing what is due."""

    def act(case: Case) -> None:
        case.clock.now += timedelta(**span)
        case.run_due()

    return act


def visit_starts(case: Case) -> None:
    """Wait until the visit that was booked starts."""
    case.clock.now = NOON + TO_THE_VISIT


def unlapsed(case: Case) -> None:
    """Wait until an offer has ended, before anybody notices."""
    case.clock.now += 2 * A_DAY


Act = str | Callable[[Case], None]
# How each situation comes about: `who action`, with what differs from `body` in ALSO.
_STARTED: tuple[Act, ...] = ("staff book", visit_starts)
SITUATIONS: Mapping[str, tuple[Act, ...]] = {
    "requested": (),
    "received": ("staff receive",),
    "offered": ("staff offer",),
    "offered, ended": ("staff offer", unlapsed),
    "offered, after a missed visit": (*_STARTED, "staff no_show", "staff offer"),
    "waitlisted": ("staff receive", "staff waitlist"),
    "waitlisted, quiet": ("staff receive", "staff waitlist", "patient stop_notices"),
    "booked": ("staff offer", "patient accept"),
    "booked, another time on offer": ("staff book", "staff offer"),
    "booked, to be moved": ("staff book", "patient ask_move"),
    "booked, started": _STARTED,
    "arrived": (*_STARTED, "staff arrive"),
    "no_show": (*_STARTED, "staff no_show"),
    "completed": (*_STARTED, "staff complete"),
    "declined": ("staff decline",),
    "declined, see a doctor": ("staff decline_medical",),
    "declined, sent on": ("staff decline", "patient send_on"),
    "cancelled": ("patient cancel",),
    "cancelled by the clinic": ("staff cancel",),
    "expired": (wait(days=2), wait(days=2)),
    "entered_in_error": ("by_admin enter_in_error",),
    "entered_in_error, erased": ("by_admin enter_in_error", wait(days=4)),
}
# Those whose link leads to a request: tests/appointments/test_own_data.py has the rest.
FOLLOWED = [situation for situation in SITUATIONS if not situation.endswith("erased")]
MEDICAL_NO: Json = {
    "action": "decline",
    "reason": "needs_medical_check",
    "next_step": "see_doctor",
}


def bring(case: Case, situation: str) -> None:
    """Bring a fresh request into `situation`."""
    for act in SITUATIONS[situation]:
        if callable(act):
            act(case)
            continue
        who, action = act.split()
        wanted = MEDICAL_NO if action == "decline_medical" else body(case, action)
        answer = getattr(case, who)(**wanted)
        assert answer.status_code == 200, (situation, act, answer.text)
