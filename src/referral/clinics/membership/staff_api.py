"""The JSON door for a clinic's own record."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path
from starlette.responses import Response

from referral.clinics.membership import comparing, profile
from referral.clinics.membership.schemas import ChiropractorChanges, ClinicChanges, NewChiropractor
from referral.clinics.representations import ChiropractorShown, Differences, OwnClinic
from referral.repeats import Call
from referral.staff.scopes import Scope
from referral.web.conditional import TAGGED, IfMatch, content_tag, need_match
from referral.web.deps import IdempotencyKey, StaffDoorDep
from referral.web.problems import documented
from referral.web.queries import ApiRoute

router = APIRouter(prefix="/api/v1/clinic", tags=["Own clinic"], route_class=ApiRoute)
ChiropractorId = Annotated[
    UUID,
    Path(
        description="the id of a chiropractor of your clinic",
        examples=["9c4e7d21-3b5a-4f68-b1d0-6a8e2f0c7d35"],
    ),
]


@router.get("", operation_id="getOwnClinic", responses=TAGGED | documented(401, 403, 422, 503))
def get_own_clinic(response: Response, door: StaffDoorDep) -> OwnClinic:
    """Return everything we keep about your clinic."""
    with door.reading() as (session, staff):
        own = profile.read(session, staff.clinic_id)
    response.headers["ETag"] = _tag(own)
    return own


@router.patch(
    "",
    operation_id="updateOwnClinic",
    responses=TAGGED | documented(400, 401, 403, 412, 413, 422, 428, 503),
)
def update_own_clinic(
    body: ClinicChanges, response: Response, *, door: StaffDoorDep, if_match: IfMatch = None
) -> OwnClinic:
    """Change the fields that are sent, with the scope `admin`. Answers promised keep their time."""
    with door.writing(Scope.ADMIN) as (session, staff):
        own = profile.change(
            session,
            staff.clinic_id,
            body,
            check=lambda before: need_match(if_match, _tag(before)),
            now=door.house.now(),
        )
    response.headers["ETag"] = _tag(own)
    return own


@router.get(
    "/register",
    operation_id="listRegisterDifferences",
    responses=documented(401, 403, 422, 503),
)
def list_register_differences(door: StaffDoorDep) -> Differences:
    """Return where the public register differs from what you keep; imports never change yours."""
    with door.reading() as (session, staff):
        return comparing.differences(session, staff.clinic_id)


@router.post(
    "/chiropractors",
    status_code=201,
    operation_id="addChiropractor",
    responses=documented(400, 401, 403, 409, 413, 422, 503),
)
def add_chiropractor(
    body: NewChiropractor, *, door: StaffDoorDep, idempotency_key: IdempotencyKey = None
) -> ChiropractorShown:
    """Add a person who treats at your clinic, with the scope `admin`; 409 for more than 200."""
    now = door.house.now()
    return door.creating(
        Call("addChiropractor", idempotency_key, body, ChiropractorShown),
        lambda session, staff: ChiropractorShown.model_validate(
            profile.add_chiropractor(session, staff.clinic_id, body, now=now), from_attributes=True
        ),
        scope=Scope.ADMIN,
    )


@router.patch(
    "/chiropractors/{chiropractor_id}",
    operation_id="updateChiropractor",
    responses=documented(400, 401, 403, 404, 413, 422, 503),
)
def update_chiropractor(
    chiropractor_id: ChiropractorId, body: ChiropractorChanges, door: StaffDoorDep
) -> ChiropractorShown:
    """Change a name or a credential, with the scope `admin`."""
    with door.writing(Scope.ADMIN) as (session, staff):
        person = profile.change_chiropractor(
            session, staff.clinic_id, chiropractor_id, body, now=door.house.now()
        )
        return ChiropractorShown.model_validate(person, from_attributes=True)


@router.delete(
    "/chiropractors/{chiropractor_id}",
    status_code=204,
    operation_id="removeChiropractor",
    responses=documented(401, 403, 404, 409, 422, 503),
)
def remove_chiropractor(chiropractor_id: ChiropractorId, door: StaffDoorDep) -> None:
    """Remove a person who has no visits, with the scope `admin`."""
    with door.writing(Scope.ADMIN) as (session, staff):
        profile.remove_chiropractor(session, staff.clinic_id, chiropractor_id, now=door.house.now())


def _tag(own: OwnClinic) -> str:
    return content_tag(own.model_dump_json().encode())
