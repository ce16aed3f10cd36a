"""What the doors share: the form as a person fills it in, kept in their browser, and the desk."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any
from uuid import UUID

from fastapi import Depends, Request
from pydantic import ValidationError
from starlette.datastructures import FormData
from starlette.responses import Response

from referral.appointments import consent, wording
from referral.appointments.asking import elsewhere
from referral.appointments.life.submission import Desk
from referral.appointments.schemas import MAX_HOPS, NewRequest, RequestDetails, line_feeds
from referral.clinics.finding.search import by_id
from referral.errors import TooManyError
from referral.languages import spoken
from referral.web.callers import Caller
from referral.web.deps import House, HouseDep
from referral.web.draft import Draft

COOKIE = "referral-request"
TEXT_FIELDS = ("requesting_for", "name", "patient_name", "email", "phone", "preferred_contact")
# A cookie has little room; of the requests that were sent, the last few are enough to come back to.
SENT_KEPT = 5


@dataclass(frozen=True, slots=True)
class Asked:
    """What was typed for the request, and the link tokens of those sent, by clinic id."""

    typed: dict[str, Any] = field(default_factory=dict)
    sent: dict[str, str] = field(default_factory=dict)


class AskDoor:
    """Reads the request form from the browser's cookie, and keeps it there."""

    def __init__(self, draft: Draft, request: Request) -> None:
        self._draft = draft
        kept = draft.read(request)
        self.asked = Asked(kept.get("typed", {}), kept.get("sent", {}))

    def sealed(self) -> str:
        """Return what was typed, for a page that only shows it and may be left open."""
        return self._draft.sealed(_to_json(Asked(self.asked.typed)))

    def or_left_open(self, sealed: str) -> Asked:
        """Return the form; where its cookie has ended, as it waited in the page that was open."""
        if self.asked != Asked():
            return self.asked
        return Asked(self._draft.opened(sealed).get("typed", {}))

    def keep(self, response: Response, asked: Asked) -> None:
        """Send the form back to the browser with `response`."""
        self._draft.keep(response, _to_json(asked))

    def too_long(self, typed: dict[str, Any]) -> dict[str, str]:
        """Return nothing if the form can be kept with `typed`, or what to shorten, and why."""
        return self._draft.too_long(_to_json(Asked(typed, self.asked.sent)), typed)

    def forget(self, response: Response) -> None:
        """Clear the form from the browser."""
        self._draft.forget(response)


def _to_json(asked: Asked) -> dict[str, Any]:
    return {"typed": asked.typed, "sent": dict([*asked.sent.items()][-SENT_KEPT:])}


async def _ask_door(request: Request, house: HouseDep) -> AskDoor:
    return AskDoor(house.draft(COOKIE), request)


AskDoorDep = Annotated[AskDoor, Depends(_ask_door)]


def typed_in(form: FormData) -> dict[str, Any]:
    """Return what was typed into the request form, as it goes back into its fields."""
    typed: dict[str, Any] = {name: str(form.get(name, "")) for name in (*TEXT_FIELDS, "note")}
    typed["note"] = line_feeds(typed["note"])
    for name in ("preferred_windows", "also_ask"):
        typed[name] = [str(value) for value in form.getlist(name)]
    return typed


def said(typed: dict[str, Any]) -> dict[str, Any]:
    """Return what was typed as `RequestDetails` reads it, but for the consent."""
    windows = [wording.window_from(value) for value in typed.get("preferred_windows", [])]
    given = {name: value for name, value in typed.items() if value != "" and name != "also_ask"}
    ways = [way for way in ("phone", "email") if str(given.get(way, "")).strip()]
    if len(ways) < 2:  # noqa: PLR2004 - there is nothing to choose between
        given.setdefault("preferred_contact", *(ways or ["phone"]))
    return given | {"preferred_windows": windows}


def faults_of(typed: dict[str, Any]) -> dict[str, str]:
    """Return what is wrong or missing in what was typed, by field."""
    try:
        RequestDetails.model_validate(said(typed) | {"consent_version": consent.VERSION})
    except ValidationError as error:
        return {str(e["loc"][0]): str(e["msg"]) for e in error.errors() if e["loc"]}
    return {}


def desk_of(house: House) -> Desk:
    """Return what verbs need to know of the house now."""
    return Desk(house.vault, house.settings.answer_days, house.now(), spoken())


def admit(caller: Caller, asked: NewRequest) -> None:
    """Count a request that is about to be stored; TooManyError where there are too many already.

    Of a person as they come from one address: who knows another's address or number must not
    learn from a refusal that they ask for care.
    """
    clinic = asked.clinic_id.bytes
    caller.take("address-clinic", clinic)
    for contact in filter(None, (asked.email, asked.phone)):
        person = contact.casefold().encode()
        caller.take("person-clinic", clinic, person)
        caller.take("person", person)
    caller.take_of_all("clinic", clinic)


def is_busy(caller: Caller, clinic_id: UUID) -> bool:
    """Return whether half of what may be sent from this address, or to this clinic, was sent."""
    return caller.is_half_spent("submit") or caller.is_half_spent_by_all("clinic", clinic_id.bytes)


@contextmanager
def naming_the_clinic(house: House, clinic_id: UUID) -> Iterator[None]:
    """Add to a refusal what can be done instead: call the clinic, or find another one."""
    try:
        yield
    except TooManyError as error:
        with house.database.reading() as session:
            phone = by_id(session.connection(), clinic_id)["phone"]
            others = elsewhere.around(session, clinic_id, limit=MAX_HOPS)
        other_clinics = [f"/api/v1/clinics/{row['id']}" for row in others]
        error.facts |= {"clinic_phone": phone, "other_clinics": other_clinics}
        raise
