"""The JSON doors of statistics: a clinic's own, and those that everybody may see."""

from datetime import timedelta
from typing import Annotated, Self

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator
from pydantic_core import PydanticCustomError

from referral.errors import NotFoundError
from referral.statistics import service
from referral.statistics.representations import ClinicFigures, PublicStatistics
from referral.text import N_
from referral.web.deps import HouseDep, StaffDoorDep
from referral.web.moments import Moment
from referral.web.problems import documented
from referral.web.queries import ApiRoute

router = APIRouter(prefix="/api/v1", tags=["Statistics"], route_class=ApiRoute)
LONGEST = timedelta(days=366)


class Period(BaseModel):
    """When the requests were sent that are counted: from one moment on, and before another."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    starts_at: Moment = Field(
        alias="from", description="the first moment of it", examples=["2026-10-01T00:00:00-04:00"]
    )
    before: Moment = Field(
        description="at most 366 days later", examples=["2026-11-01T00:00:00-04:00"]
    )

    @model_validator(mode="after")
    def _has_a_length(self) -> Self:
        if not timedelta(0) < self.before - self.starts_at <= LONGEST:
            raise PydanticCustomError(
                "period", N_("Let `before` come after `from`, by 366 days at most.")
            )
        return self


@router.get(
    "/statistics",
    operation_id="getStatistics",
    responses=documented(401, 403, 422, 503),
)
def get_statistics(period: Annotated[Period, Query()], door: StaffDoorDep) -> ClinicFigures:
    """Return how many asked your clinic in a period, how soon it answered, and what came of it."""
    with door.reading() as (session, staff):
        span = service.Span(period.starts_at, period.before)
        return service.of_clinic(session, staff.clinic_id, span, now=door.house.now())


@router.get(
    "/public-statistics",
    operation_id="getPublicStatistics",
    responses=documented(404, 422, 503),
)
def get_public_statistics(house: HouseDep) -> PublicStatistics:
    """Return how clinics answer, as the worker counted it last; small numbers are hidden."""
    with house.database.reading() as session:
        found = service.public(session)
    if found is None:
        raise NotFoundError(N_("Nothing has been counted yet. The worker does it once a day."))
    return found
