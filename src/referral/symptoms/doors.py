"""The symptom form as a person fills it in, kept in their own browser until they send a request."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated, Any, Self
from uuid import UUID, uuid4

from fastapi import Depends, Request
from pydantic import ValidationError
from starlette.responses import Response

from referral.symptoms.questions import QUESTIONS
from referral.symptoms.schemas import Answers
from referral.web.deps import HouseDep
from referral.web.draft import Draft

COOKIE = "referral-check"
# Every question has a page of its own, and the form begins with the first.
FIRST = next(iter(QUESTIONS))
SIGNS = {"emergency_signs", "unwell_signs"}
PATHS = {question: f"/check/{question}" for question in QUESTIONS} | {FIRST: "/check"}


@dataclass(frozen=True, slots=True)
class Check:
    """What is known so far.

    `answered` is set once every question has its answer: the id that the assessment will be stored
    under, and the moment. `clinic` is one the person chose before answering.
    """

    given: dict[str, Any] = field(default_factory=dict)
    answered: tuple[UUID, datetime] | None = None
    doctor_cleared: bool = False
    clinic: UUID | None = None

    @property
    def answers(self) -> Answers | None:
        """The complete, valid answers, or None while there are gaps."""
        if self.answered is None:
            return None
        try:
            said = {name: value for name, value in self.given.items() if value is not None}
            return Answers.model_validate(said)
        except ValidationError:
            return None

    @property
    def known(self) -> dict[str, Any]:
        """What was answered, in the shape in which it would be sent as far as it is complete."""
        answers = self.answers
        return answers.model_dump(mode="json") if answers else self.given

    def with_answers(self, given: dict[str, Any]) -> Self:
        """Return it with some answers given; what was concluded from older ones is dropped."""
        return type(self)(given=self.given | given, clinic=self.clinic)

    def asked_again(self) -> Self:
        """Return it with the signs of danger open, and nothing concluded: a day can change them."""
        kept = {name: value for name, value in self.given.items() if name not in SIGNS}
        return type(self)(given=kept, clinic=self.clinic)

    def as_answered(self, now: datetime) -> Self:
        """Return it as complete at `now`, under a fresh id."""
        return type(self)(self.given, (uuid4(), now), self.doctor_cleared, self.clinic)


class CheckDoor:
    """Reads the form from the browser's cookie, and keeps it there."""

    def __init__(self, draft: Draft, request: Request) -> None:
        self._draft = draft
        self.check = _from_json(draft.read(request))

    def keep(self, response: Response, check: Check) -> None:
        """Send the form back to the browser with `response`."""
        self._draft.keep(response, _to_json(check))

    def too_long(self, check: Check) -> dict[str, str]:
        """Return nothing if `check` can be kept, or what to shorten, and why."""
        return self._draft.too_long(_to_json(check), check.given)

    def forget(self, response: Response) -> None:
        """Clear the form from the browser."""
        self._draft.forget(response)


async def _check_door(request: Request, house: HouseDep) -> CheckDoor:
    return CheckDoor(house.draft(COOKIE), request)


CheckDoorDep = Annotated[CheckDoor, Depends(_check_door)]


def _to_json(check: Check) -> dict[str, Any]:
    kept: dict[str, Any] = {"given": check.given, "doctor_cleared": check.doctor_cleared}
    if check.answered is not None:
        kept |= {"id": check.answered[0].hex, "at": check.answered[1].isoformat()}
    if check.clinic is not None:
        kept["clinic"] = check.clinic.hex
    return kept


def _from_json(kept: dict[str, Any]) -> Check:
    answered = None
    if "id" in kept:
        answered = (UUID(kept["id"]), datetime.fromisoformat(kept["at"]))
    return Check(
        given=kept.get("given", {}),
        answered=answered,
        doctor_cleared=kept.get("doctor_cleared", False),
        clinic=UUID(kept["clinic"]) if "clinic" in kept else None,
    )
