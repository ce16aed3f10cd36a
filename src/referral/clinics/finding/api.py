"""The JSON door to the directory."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import APIRouter, Path, Query, Request
from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import to_json
from starlette.responses import Response

from referral.clinics.fields import Access, Language, Payer, Technique
from referral.clinics.finding.bands import A_BOOKMARK, Bookmark
from referral.clinics.finding.circles import Circle, Sought
from referral.clinics.finding.doors import GazetteerDep
from referral.clinics.finding.narrowing import Advice, advise
from referral.clinics.finding.search import by_id, explain, nearest
from referral.clinics.geography.gazetteer import LONGEST as LONGEST_PLACE
from referral.clinics.geography.gazetteer import Gazetteer
from referral.clinics.geography.geo import Point, parse_point
from referral.clinics.opening import Timetable, opening
from referral.clinics.provenance import sources
from referral.clinics.representations import ClinicDetail, ClinicsNearby
from referral.clinics.traits import FILTERS, Open, Takes, known
from referral.errors import InvalidError
from referral.policies import MOST_CODES
from referral.text import N_
from referral.web.callers import CallerDep
from referral.web.deps import HouseDep
from referral.web.paging import PAGED, next_page
from referral.web.problems import documented
from referral.web.queries import ApiRoute
from referral.web.straight import StraightRoute

router = APIRouter(prefix="/api/v1", tags=["Clinics"], route_class=ApiRoute)
ClinicId = Annotated[
    UUID,
    Path(description="the id of a clinic", examples=["0f8b1c52-6a0e-4d9b-8a3d-5e2f7c9b1a46"]),
]


class Search(BaseModel):
    """Where to look for clinics, for which, and for how many."""

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
    place: str | None = Field(
        default=None,
        max_length=LONGEST_PLACE,
        description="what a person typed instead: a ZIP code, or a city and its state",
        examples=["Laramie, WY"],
    )
    radius: float = Field(
        default=25, ge=1, le=500, description="how far away, in statute miles", examples=[25]
    )
    language: list[Language] = Field(
        default=[],
        max_length=MOST_CODES,
        description="a language that is spoken",
        examples=[["es"]],
    )
    technique: list[Technique] = Field(
        default=[],
        max_length=MOST_CODES,
        description="a way of treating",
        examples=[["activator"]],
    )
    insurance: list[Payer] = Field(
        default=[],
        max_length=MOST_CODES,
        description="who may pay",
        examples=[["medicare"]],
    )
    accessible: list[Access] = Field(
        default=[],
        max_length=MOST_CODES,
        description="what makes it accessible; `step_free`: no steps on the way in",
        examples=[["step_free"]],
    )
    open: list[Open] = Field(
        default=[],
        max_length=MOST_CODES,
        description="`saturday`: at any time; `evening`: on some day later than 6 pm",
        examples=[["saturday"]],
    )
    accepting: list[Takes] = Field(
        default=[],
        max_length=MOST_CODES,
        description="`new_patients`: takes them at present; `online_requests`: takes requests here",
        examples=[["new_patients"]],
    )
    name: str = Field(
        default="",
        max_length=100,
        description="only clinics known by all these words: a name of it, or of who treats there",
        examples=["spine"],
    )
    limit: int = Field(default=10, ge=1, le=50, description="how many at most", examples=[10])
    cursor: str | None = Field(
        default=None,
        max_length=300,
        description="where the page begins, from the `Link` of the one before",
        examples=[A_BOOKMARK.cursor()],
    )

    @property
    def sought(self) -> Sought:
        """What a clinic must have."""
        pairs = ((name, value) for name in FILTERS for value in getattr(self, name))
        return Sought(known(pairs), self.name)


def list_clinics(
    search: Annotated[Search, Query()],
    house: HouseDep,
    gazetteer: GazetteerDep,
    caller: CallerDep,
    *,
    request: Request,
) -> Response:
    """Return the clinics near a place, those that fit, and why each stands where it stands.

    Of a filter that is given repeatedly, a clinic must have all values. A list ends after 300.
    """
    caller.take("search")
    circle = Circle(_asked_point(search, gazetteer), search.radius)
    after = Bookmark.of(search.cursor) if search.cursor is not None else None
    with house.database.selecting() as connection:
        page = nearest(connection, circle, search.sought, limit=search.limit, after=after)
        is_helpless = not (page.rows or after) and search.sought.traits
        advice = advise(connection, circle, search.sought) if is_helpless else None
    explain(page.rows, now=house.now())
    shown = {
        "radius_miles": search.radius,
        "within_radius": page.within_radius,
        "clinics": page.rows,
        "nothing_fits": advice and _advice(advice),
    }
    headers = next_page(request, cursor=page.following.cursor()) if page.following else None
    return Response(to_json(shown), media_type="application/json", headers=headers)


router.add_api_route(
    "/clinics",
    list_clinics,
    route_class_override=StraightRoute,
    operation_id="listClinics",
    response_model=ClinicsNearby,
    responses=PAGED | documented(422, 429, 503),
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


def _asked_point(search: Search, gazetteer: Gazetteer) -> Point:
    """Return the one place that was sent; InvalidError for none, several, or an unknown one."""
    match search.zip, search.near, search.place:
        case str(code), None, None:
            return gazetteer.zips.find(code).point
        case None, str(near), None:
            return parse_point(near)
        case None, None, str(place):
            return gazetteer.find(place).point
    detail = N_("Send one of zip, near and place, and only one.")
    raise InvalidError.at("query", "zip", code="one-place", detail=detail)


def _advice(advice: Advice) -> dict[str, Any]:
    """Return advice in the shape of `NothingFits`."""
    farther = advice.farther and {
        "radius_miles": advice.farther.radius,
        "count": advice.farther.clinics,
    }
    return {
        "radius_miles": advice.radius,
        "without": [
            {"filter": one.trait[0], "value": one.trait[1], "count": one.clinics}
            for one in advice.without
        ],
        "without_all": advice.without_all,
        "farther": farther,
    }
