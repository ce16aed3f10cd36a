"""What the doors share: the form as a person fills it in, kept in their browser, and the desk."""

from dataclasses import dataclass, field
from typing import Annotated, Any

from fastapi import Depends, Request
from starlette.responses import Response

from referral.appointments.submission import Desk
from referral.web.deps import House, HouseDep
from referral.web.draft import Draft

COOKIE = "referral-request"
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
    secure = house.settings.origin.startswith("https:")
    return AskDoor(Draft(COOKIE, vault=house.vault, secure=secure), request)


AskDoorDep = Annotated[AskDoor, Depends(_ask_door)]


def desk_of(house: House) -> Desk:
    """Return what verbs need to know of the house now."""
    return Desk(house.vault, house.settings.answer_days, house.now())
