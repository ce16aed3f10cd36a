"""The sitemap of sitemaps, and those of the clinics."""

from fastapi import APIRouter
from starlette.responses import Response

from referral.clinics.finding.sitemap import part_of, parts
from referral.web.deps import HouseDep
from referral.web.sitemaps import INDEX_PATH, MEDIA_TYPE, PAGES_PATH, Listed, index, pages

router = APIRouter(include_in_schema=False)

# A clinic that is new is found a day later.
A_DAY = {"cache-control": "public, max-age=86400"}


@router.get(INDEX_PATH)
def sitemaps(house: HouseDep) -> Response:
    """Name the sitemap of the articles, and those of clinics that are not empty."""
    with house.database.selecting() as connection:
        found = [f"/sitemaps/clinics-{part}.xml" for part in parts(connection)]
    text = index(f"{house.settings.origin}{path}" for path in (PAGES_PATH, *found))
    return Response(text, media_type=MEDIA_TYPE, headers=A_DAY)


@router.get("/sitemaps/clinics-{part}.xml")
def clinics(part: str, house: HouseDep) -> Response:
    """List the clinics of a part; each page names its other languages itself."""
    address = f"{house.settings.origin}/clinics"
    with house.database.selecting() as connection:
        text = pages(
            Listed(f"{address}/{clinic_id}", changed.date())
            for clinic_id, changed in part_of(connection, part)
        )
    return Response(text, media_type=MEDIA_TYPE, headers=A_DAY)
