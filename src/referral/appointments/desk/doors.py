"""What the doors of the desk share."""

from typing import Annotated
from uuid import UUID

from fastapi import Path

from referral.appointments.desk import inbox
from referral.staff.service import Staff
from referral.web.deps import StaffDoor

RequestId = Annotated[
    UUID,
    Path(
        description="the id of a request of your clinic",
        examples=["6f1f2f0e-8d5c-4b8e-9a53-0d4a3a1f7c11"],
    ),
]


def staff_desk(door: StaffDoor, staff: Staff) -> inbox.Desk:
    """Return what the verbs of staff need to know of who is calling and of the house now."""
    house = door.house
    return inbox.Desk(staff, house.now(), house.vault, house.settings.answer_days)
