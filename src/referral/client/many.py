"""Many moves in one call: what becomes of each, also where the answer was lost on the way."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import httpx
from pydantic import BaseModel

from referral.appointments.representations import RequestDetail, RequestRow
from referral.appointments.states import Action
from referral.client.calls import Call, Page, body, reading
from referral.client.errors import BY_STATUS, ProblemError, StaleError
from referral.client.moving import moved_as_asked
from referral.client.requests import REQUESTS, address

# Fifty moves wait for fifty commits.
LONGEST = 60.0


@dataclass(frozen=True, slots=True)
class Step:
    """A move to make on the request as `record` shows it, with the fields that it takes."""

    record: RequestRow
    action: Action | str
    fields: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a move: the request as it is afterwards, or the error of the move alone."""

    id: UUID
    request: RequestDetail | None = None
    error: ProblemError | None = None


class Row(BaseModel):
    """What the API says of one move."""

    id: UUID
    status: int
    request: RequestDetail | None = None
    problem: Mapping[str, Any] = {}


class Rows(BaseModel):
    """What it says of all, in the order of the moves."""

    items: list[Row]


def move_many(steps: Iterable[Step]) -> Call[Page[Outcome]]:
    """Make up to 50 moves, each of another request, and return what became of each, in order.

    One that is refused undoes no other. A repeat after a lost answer never moves twice.
    """
    items = [
        {"id": step.record.id, "version": step.record.version, "move": _move(step)}
        for step in steps
    ]
    asked = {UUID(str(item["id"])): item for item in items}
    return Call(
        "POST",
        f"{REQUESTS}/moves",
        lambda response: Page(_outcomes(response), None),
        json=body(items=items),
        read_repeat=lambda response: _surely(_outcomes(response), asked),
        again=True,
        timeout=LONGEST,
    )


def _move(step: Step) -> dict[str, Any]:
    return body(action=step.action, **step.fields)


def _outcomes(response: httpx.Response) -> list[Outcome]:
    return [_outcome(row) for row in reading(Rows)(response).items]


def _outcome(row: Row) -> Outcome:
    if row.request is not None:
        return Outcome(row.id, request=row.request)
    kind = BY_STATUS.get(row.status, ProblemError)
    return Outcome(row.id, error=kind(row.status, row.problem))


def _surely(outcomes: Sequence[Outcome], asked: Mapping[UUID, Mapping[str, Any]]) -> Page[Outcome]:
    """Return the outcomes of a repeat up to one that the first try may have caused, then a look."""
    stale = (place for place, one in enumerate(outcomes) if isinstance(one.error, StaleError))
    place = next(stale, None)
    if place is None:
        return Page(outcomes, None)
    unsure, rest = outcomes[place].id, outcomes[place + 1 :]
    as_asked = moved_as_asked(asked[unsure]["version"], asked[unsure]["move"])

    def look(response: httpx.Response) -> Page[Outcome]:
        try:
            found = Outcome(unsure, request=as_asked(response))
        except StaleError as error:
            found = Outcome(unsure, error=error)
        others = _surely(rest, asked)
        return Page([found, *others.items], others.next)

    return Page(outcomes[:place], Call("GET", address(unsure), look))
