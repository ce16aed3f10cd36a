"""The JSON door for a clinic's staff keys."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.responses import Response

from referral.clinics.membership.schemas import NewKey
from referral.clinics.representations import Assignee, Assignees, KeyIssued, Keys, KeyShown
from referral.repeats import Call
from referral.staff import service
from referral.staff.models import StaffKey
from referral.staff.scopes import Scope
from referral.staff.service import Staff
from referral.web.deps import IdempotencyKey, StaffDoorDep
from referral.web.problems import documented
from referral.web.queries import ApiRoute

router = APIRouter(prefix="/api/v1", tags=["Keys"], route_class=ApiRoute)
KeyId = Annotated[
    UUID,
    Path(
        description="the id of a key of your clinic",
        examples=["3d2a1f60-4c1b-4f0e-9a77-2f6f0a9b8c7d"],
    ),
]


@router.get("/keys", operation_id="listKeys", responses=documented(401, 403, 422, 503))
def list_keys(door: StaffDoorDep) -> Keys:
    """Return your clinic's valid keys, without the keys themselves, with the scope `admin`."""
    with door.reading(Scope.ADMIN) as (session, staff):
        keys = service.valid(session, staff.clinic_id, now=door.house.now())
        return Keys(items=[KeyShown(**_shown(row, staff)) for row in keys])


@router.post(
    "/keys",
    status_code=201,
    operation_id="issueKey",
    responses=documented(400, 401, 403, 409, 413, 422, 503),
)
def issue_key(
    body: NewKey, response: Response, *, door: StaffDoorDep, idempotency_key: IdempotencyKey = None
) -> KeyIssued:
    """Make a key of your clinic, with the scope `admin`. The key itself is shown only now.

    The clinic is told by mail, of the label and never of the key.
    """

    def make(session: Any, staff: Staff) -> KeyIssued:  # noqa: ANN401 - a session, which doors do not name
        now = door.house.now()
        row, key = service.issue_another(session, staff.clinic_id, **body.model_dump(), now=now)
        return KeyIssued(**_shown(row, staff), key=key)

    response.headers["Cache-Control"] = "no-store"
    return door.creating(
        Call("issueKey", idempotency_key, body, KeyIssued), make, scope=Scope.ADMIN
    )


@router.delete(
    "/keys/{key_id}",
    status_code=204,
    operation_id="revokeKey",
    responses=documented(401, 403, 404, 409, 422, 503),
)
def revoke_key(key_id: KeyId, door: StaffDoorDep) -> None:
    """Make a key of your clinic useless at once, with the scope `admin`; again changes nothing.

    The clinic is told by mail.
    """
    with door.writing(Scope.ADMIN) as (session, staff):
        service.withdraw(session, key_id, by=staff, now=door.house.now())


@router.get("/assignees", operation_id="listAssignees", responses=documented(401, 403, 422, 503))
def list_assignees(door: StaffDoorDep) -> Assignees:
    """Return your clinic's valid keys by their names: whom a request can be given to."""
    with door.reading() as (session, staff):
        keys = service.valid(session, staff.clinic_id, now=door.house.now())
        return Assignees(items=[Assignee(**_shown(row, staff)) for row in keys])


def _shown(row: StaffKey, staff: Staff) -> dict[str, Any]:
    return row.model_dump(exclude={"key_hash"}) | {"is_calling": row.id == staff.key_id}
