"""The JSON door for leaving."""

from fastapi import APIRouter

from referral.clinics.representations import Leaving
from referral.leaving import service
from referral.staff.scopes import Scope
from referral.web.deps import StaffDoorDep
from referral.web.problems import documented
from referral.web.queries import ApiRoute

router = APIRouter(prefix="/api/v1/clinic", tags=["Own clinic"], route_class=ApiRoute)


@router.post("/leave", operation_id="leaveService", responses=documented(401, 403, 409, 422, 503))
def leave_service(door: StaffDoorDep) -> Leaving:
    """Leave the service, with the scope `admin`: pause at once, and go once nobody waits for you.

    As soon as all your requests have ended, your keys and webhooks end, and what you told of
    yourself is forgotten; the public register's entry stays listed. Ending the pause takes it back.
    """
    with door.writing(Scope.ADMIN) as (session, staff):
        return service.leave(session, staff.clinic_id, now=door.house.now())
