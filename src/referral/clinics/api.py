"""The JSON door to the directory."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Path, Query
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json
from starlette.responses import Response

from referral.clinics.doors import ZipsDep
from referral.clinics.geo import Point, parse_point
from referral.clinics.opening import Timetable, opening
from referral.clinics.provenance import sources
from referral.clinics.representations import ClinicDetail, ClinicsNearby
from referral.clinics.search import by_id, explain, nearest
from referral.clinics.zips import ZipCentroids
from referral.errors import InvalidError
from referral.text import N_
from referral.web.deps import HouseDep
from referral.web.problems import documented
from referral.web.queries import ApiRoute
from referral.web.straight import StraightRoute

router = APIRouter(prefix="/api/v1", tags=["Clinics"], route_class=ApiRoute)
ClinicId = Annotated[
    UUID,
    Path(description="the id of a clinic", examples=["0f8b1c52-6a0e-4d9b-8a3d-5e2f7c9b1a46"]),
]


class Search(BaseModel):
    """Where to look for clinics, and for how many."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    zip: str | None = Field(
        default=None, max_length=20, description="a US ZIP code", examples=["60601"]
    )
    near: str | None = Field(
        default=None,
        max_length=60,
        description="a point instead: latitude,longitude in degrees",
        examples=["41.88,-87.63"],
    )
    radius: float = Field(
        default=25, ge=1, le=500, description="how far away, in statute miles", examples=[25]
    )
    name: str = Field(
        default="",
        max_length=100,
        description="only clinics known by all these words: a name of it, or of who treats there",
        examples=["spine"],
    )
    limit: int = Field(default=10, ge=1, le=50, description="how many at most", examples=[10])


def list_clinics(search: Annotated[Search, Query()], house: HouseDep, zips: ZipsDep) -> Response:
    """Return the clinics near a ZIP code or a point, and why each stands where it stands."""
    point = _asked_point(search.zip, search.near, zips)
    with house.database.selecting() as connection:
        rows, within = nearest(
            connection, point, radius=search.radius, limit=search.limit, name=search.name
        )
    explain(rows, now=house.now())
    shown = {"radius_miles": search.radius, "within_radius": within, "clinics": rows}
    return Response(to_json(shown), media_type="application/json")


router.add_api_route(
    "/clinics",
    list_clinics,
    route_class_override=StraightRoute,
    operation_id="listClinics",
    response_model=ClinicsNearby,
    responses=documented(422, 503),
)


@router.get(
    "/clinics/{clinic_id}",
    operation_id="getClinic",
    responses=documented(404, 422, 503),
)
def get_clinic(clinic_id: ClinicId, house: HouseDep) -> ClinicDetail:
    """Return one clinic, whether it is open, and where each fact comes from."""
    with house.database.selecting() as connection:
        row = by_id(connection, clinic_id)
        found = [source._asdict() for source in sources(connection, clinic_id)]
    row |= {"sources": found, "open_until": None, "opens_at": None}
    if door := opening(Timetable.of(row), now=house.now()):
        row["open_until" if door.is_open else "opens_at"] = door.at
    return ClinicDetail.model_validate(row)


def _asked_point(zip_code: str | None, near: str | None, zips: ZipCentroids) -> Point:
    if (zip_code is None) == (near is None):
        raise InvalidError.at(
            "query", "zip", code="one-place", detail=N_("Send either zip or near, and only one.")
        )
    return zips.find(zip_code).point if zip_code is not None else parse_point(near or "")
