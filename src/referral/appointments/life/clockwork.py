"""What time does by itself: one due request after another, each in a transaction of its own."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from sqlmodel import Session, col, select

from referral.appointments.deadlines import PAUSE, Due, Duty
from referral.appointments.life import announcements, clock
from referral.appointments.life.erasing import erase
from referral.appointments.life.movers import Mover
from referral.appointments.life.moves import move
from referral.appointments.models import Appointment
from referral.appointments.states import Action, Actor, State
from referral.appointments.steps import SystemStep
from referral.db import Database
from referral.errors import UnavailableError
from referral.logs import facts
from referral.notices.models import Audience
from referral.vault import Vault

log = logging.getLogger(__name__)

# For how long an address is kept at most to tell its owner that it will be erased.
TOLD_WITHIN = timedelta(days=3)
# What ends a state; every other duty only tells somebody something.
STEPS: Mapping[Duty, Action] = {
    Duty.EXPIRE: Action.EXPIRE,
    Duty.LAPSE: Action.LAPSE,
    Duty.CLOSE: Action.COMPLETE,
}


@dataclass(frozen=True, slots=True)
class Clockwork:
    """The parts that the passing of time needs."""

    database: Database
    vault: Vault
    answer_days: int

    def run_due(self, *, now: datetime) -> int:
        """Do all that is due at `now`, oldest first, and return how much that was.

        A request that fails is logged by its id and left for the next round; the others go on.
        """
        done, failed = 0, set[UUID]()
        while (appointment_id := self._do_next(now, failed)) is not None:
            done += appointment_id not in failed
        return done

    def _do_next(self, now: datetime, failed: set[UUID]) -> UUID | None:
        found: UUID | None = None
        try:
            with self.database.unit_of_work() as session:
                appointment = _next_due(session, now, failed)
                if appointment is None:
                    return None
                found = appointment.id
                self._do(session, appointment, now)
        except UnavailableError:
            raise
        except Exception as error:
            if found is None:
                raise
            failed.add(found)
            words = "the request could not be moved on: %s"
            log.exception(words, type(error).__name__, extra=facts(request=found))
        return found

    def _do(self, session: Session, appointment: Appointment, now: datetime) -> None:
        due = clock.due_now(appointment, now)
        if due is None:
            clock.reset(appointment, now)
        elif due.duty is Duty.ERASE:
            _erase(session, appointment, vault=self.vault, now=now)
        elif due.duty in STEPS:
            system = Mover(Actor.SYSTEM, "system", now, self.vault, self.answer_days)
            move(session, appointment, _step(appointment, due), mover=system, expected=None)
        else:
            _remind(session, appointment, due, now)
        session.add(appointment)


def _next_due(session: Session, now: datetime, failed: set[UUID]) -> Appointment | None:
    due = select(Appointment).where(
        col(Appointment.due_at) <= now, col(Appointment.id).not_in(failed)
    )
    oldest = due.order_by(col(Appointment.due_at)).limit(1)
    return session.exec(oldest.with_for_update(skip_locked=True)).first()


def _step(appointment: Appointment, due: Due) -> SystemStep:
    """Call off a missed visit that nobody rebooked; any other visit counts as done."""
    closes_missed = due.duty is Duty.CLOSE and appointment.state is State.NO_SHOW
    return SystemStep(action=Action.CANCEL if closes_missed else STEPS[due.duty])


def _remind(session: Session, appointment: Appointment, due: Due, now: datetime) -> None:
    too_late = due.duty is Duty.REMIND_VISIT and (appointment.starts_at or now) <= now
    if not too_late:
        announcements.of_duty(session, appointment, due.duty, now=now)
    clock.go_on(appointment, due, now)


def _erase(session: Session, appointment: Appointment, *, vault: Vault, now: datetime) -> None:
    is_told = Audience.PATIENT not in announcements.untold(session, appointment)
    if not is_told and now < appointment.since + TOLD_WITHIN:
        appointment.due_at = now + PAUSE
        return
    erase(session, appointment, actor="system", vault=vault, now=now)
