"""What a test knows of the running service, what clinic staff do and what its worker does."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any, cast
from uuid import UUID

import httpx
from sqlmodel import col, select

from conftest import Clock
from referral.clinics.membership.confirming import ask
from referral.clinics.membership.inviting import invite
from referral.clinics.models import Clinic
from referral.clinics.standing import Standing
from referral.letters import composer_of
from referral.notices.mail import Letter
from referral.operations.service import newest_letters
from referral.web.deps import House
from referral.worker import Worker


@dataclass(frozen=True, slots=True)
class Service:
    """A running service; `clinic` is the name of the one whose key `staff` holds."""

    origin: str
    clinic: str
    clinic_id: UUID
    zip_code: str
    staff: httpx.Client
    house: House
    requests_recorded: Callable[[], int]

    def renamed(self, name: str) -> "Service":
        """Give the clinic another name, and return the service that knows it."""
        with self.house.database.unit_of_work() as session:
            clinic = session.exec(select(Clinic).where(col(Clinic.name) == self.clinic)).one()
            clinic.name = name
            session.add(clinic)
        return replace(self, clinic=name)

    def inbox(self) -> list[dict[str, Any]]:
        """Return the clinic's requests, newest first."""
        items: list[dict[str, Any]] = self.staff.get("/requests").raise_for_status().json()["items"]
        return items

    def move(self, request_id: str, **move: object) -> dict[str, Any]:
        """Make a move on the request as it stands now, and return it as it is afterwards."""
        tag = self.staff.get(f"/requests/{request_id}").raise_for_status().headers["ETag"]
        moved = self.staff.post(
            f"/requests/{request_id}/moves", json=move, headers={"If-Match": tag}
        )
        after: dict[str, Any] = moved.raise_for_status().json()
        return after

    def letters(self) -> list[Letter]:
        """Return the letters that would be mailed now, newest first."""
        compose = composer_of(self.house)
        with self.house.database.reading() as session:
            shown = newest_letters(session, compose)
        return [each.letter for each in shown if each.letter]

    def ask_to_confirm(self) -> None:
        """Ask the clinic by mail whether its details are right."""
        named = select(Clinic.id).where(col(Clinic.name) == self.clinic)
        with self.house.database.unit_of_work() as session:
            clinic_id = session.exec(named).one()
            ask(session, clinic_id, vault=self.house.vault, now=self.house.now())

    def pass_time(self, span: timedelta) -> None:
        """Move the clock, which otherwise stands still."""
        cast("Clock", self.house.now).now += span

    def invite(self) -> str:
        """List another clinic of which nobody knows when it is open; return its invitation code."""
        listed: dict[str, Any] = {"standing": Standing.LISTED, "email": None, "hours": {}}
        house = self.house
        given: dict[str, Any] = {"vault": house.vault, "now": house.now()}
        with house.database.unit_of_work() as session:
            other = select(Clinic).where(col(Clinic.name) != self.clinic).limit(1)
            clinic = session.exec(other).one()
            clinic.sqlmodel_update(listed)
            return invite(session, clinic, email=None, lasts=timedelta(days=1), **given)[1]

    def work(self) -> None:
        """Let a worker that sends mail, but to no operator, go round once."""
        settings = self.house.settings.model_copy(update={"demo": False, "operator_email": None})
        assert Worker.of(replace(self.house, settings=settings)).round()
