"""The JSON door to the directory."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query
from pydantic_core import to_json
from starlette.responses import Response

from referral.clinics.doors import ZipsDep
from referral.clinics.geo import Point, parse_point
from referral.clinics.representations import ClinicShown, ClinicsNearby
from referral.clinics.search import by_id, nearest
from referral.clinics.zips import ZipCentroids
from referral.errors import InvalidError
from referral.text import N_
from referral.web.deps import HouseDep
from referral.web.problems import documented

router = APIRouter(prefix="/api/v1", tags=["Clinics"])


@router.get(
    "/clinics",
    operation_id="listClinics",
    response_model=ClinicsNearby,
    responses=documented(422, 503),
)
def list_clinics(
    house: HouseDep,
    zips: ZipsDep,
    *,
    zip_code: Annotated[
        str | None, Query(alias="zip", max_length=20, description="US ZIP code", examples=["60601"])
    ] = None,
    near: Annotated[
        str | None,
        Query(
            max_length=60, description="latitude,longitude in degrees", examples=["41.88,-87.63"]
        ),
    ] = None,
    radius: Annotated[float, Query(ge=1, le=500, description="statute miles")] = 25,
    limit: Annotated[int, Query(ge=1, le=50)] = 10,
) -> Response:
    """Return the clinics nearest to a ZIP code or a point, with their distance."""
    point = _asked_point(zip_code, near, zips)
    with house.database.reading() as session:
        rows, within = nearest(session, point, radius=radius, limit=limit)
    shown = {"radius_miles": radius, "within_radius": within, "clinics": rows}
    return Response(to_json(shown), media_type="application/json")


@router.get(
    "/clinics/{clinic_id}",
    operation_id="getClinic",
    responses=documented(404, 422, 503),
)
def get_clinic(clinic_id: UUID, house: HouseDep) -> ClinicShown:
    """Return one clinic."""
    with house.database.reading() as session:
        return ClinicShown.model_validate(by_id(session, clinic_id))


def _asked_point(zip_code: str | None, near: str | None, zips: ZipCentroids) -> Point:
    if (zip_code is None) == (near is None):
        raise InvalidError.at(
            "query", "zip", code="one-place", detail=N_("Send either zip or near, and only one.")
        )
    return zips.find(zip_code).point if zip_code is not None else parse_point(near or "")
