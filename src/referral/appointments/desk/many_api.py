"""The JSON door for many moves in one call, each of which stands by itself."""

from typing import Literal
from uuid import UUID

from fastapi import APIRouter
from pydantic import BaseModel, Field

from referral.appointments.desk import inbox
from referral.appointments.desk.doors import staff_desk
from referral.appointments.desk.schemas import ManyMoves, OneMove
from referral.appointments.representations import RequestDetail
from referral.errors import (
    ConflictError,
    InvalidError,
    NotFoundError,
    ReferralError,
    StaleError,
    UnavailableError,
)
from referral.web.deps import StaffDoor, StaffDoorDep
from referral.web.problems import ProblemBody, documented, said_of
from referral.web.queries import ApiRoute

router = APIRouter(prefix="/api/v1/requests", tags=["Inbox"], route_class=ApiRoute)
REFUSALS = (NotFoundError, ConflictError, StaleError, InvalidError)


class Moved(BaseModel):
    """A move that was made, and the request as it is afterwards."""

    id: UUID
    status: Literal[200]
    request: RequestDetail


class NotMoved(BaseModel):
    """A move that was refused: what the same move by itself would be answered."""

    id: UUID
    status: int = Field(examples=[412], description="404, 409, 412, 422 or 503")
    problem: ProblemBody


class ManyMoved(BaseModel):
    """What became of each move, in the order in which they were sent."""

    items: list[Moved | NotMoved]


@router.post(
    "/moves",
    operation_id="moveRequests",
    response_model_exclude_unset=True,
    responses=documented(400, 401, 403, 413, 422, 503),
)
def move_requests(body: ManyMoves, door: StaffDoorDep) -> ManyMoved:
    """Make up to 50 moves, one after another. One that is refused undoes no other."""
    rows: list[Moved | NotMoved] = []
    for item in body.items:
        try:
            rows.append(_moved(item, door))
        except REFUSALS as error:
            rows.append(_refused(item, error))
        except UnavailableError as error:
            # Nothing was saved would no longer be true; nor is it worth asking for the others.
            if not rows:
                raise
            rows += [_refused(left, error) for left in body.items[len(rows) :]]
            break
    return ManyMoved(items=rows)


def _moved(item: OneMove, door: StaffDoor) -> Moved:
    with door.writing() as (session, staff):
        desk, expected = staff_desk(door, staff), frozenset({item.version})
        detail = inbox.act(session, item.id, item.move, desk=desk, expected=expected)
    return Moved(id=item.id, status=200, request=detail)


def _refused(item: OneMove, error: ReferralError) -> NotMoved:
    problem = ProblemBody.model_validate(said_of(error))
    return NotMoved(id=item.id, status=error.status, problem=problem)
