"""The search page: clinics near a place that fit, page after page."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import Response

from referral.clinics.finding.bands import DEEPEST, RADII, Bookmark
from referral.clinics.finding.circles import Circle, Sought
from referral.clinics.finding.doors import GazetteerDep, ZipsDep
from referral.clinics.finding.narrowing import Advice, advise
from referral.clinics.finding.pages import card
from referral.clinics.finding.search import nearest
from referral.clinics.finding.wishes import LABELS, Wish, label
from referral.clinics.geography.gazetteer import STATES, AmbiguousPlaceError, Spot
from referral.clinics.geography.geo import parse_point
from referral.errors import InvalidError
from referral.languages import in_words
from referral.text import N_
from referral.web.callers import CallerDep
from referral.web.deps import FormDep, House, HouseDep
from referral.web.headers import SECURITY_HEADERS
from referral.web.mistakes import MistakesDep

router = APIRouter(include_in_schema=False)

LIMIT = 10
# From a place in the United States to the middle of its ZIP code; a guess for the widest.
FARTHEST = 60
ABROAD = N_("You seem to be outside the United States. Enter a ZIP code, or a city and its state.")
SEVERAL = N_("There are cities of this name in several states. Choose one below.")
NO_POSITION = N_("We could not read where you are. Enter a ZIP code, or a city and its state.")
# The page asks for the reader's place if they press the button for it, and no other page may.
ALLOWED = {
    "permissions-policy": SECURITY_HEADERS["permissions-policy"].replace(
        "geolocation=()", "geolocation=(self)"
    )
}
Context = dict[str, Any]


@router.get("/clinics")
def search(
    request: Request,
    house: HouseDep,
    gazetteer: GazetteerDep,
    mistakes: MistakesDep,
    *,
    caller: CallerDep,
) -> Response:
    """Show the form, and the clinics near a place."""
    query = request.query_params
    wish = Wish.of(query.multi_items())
    if not wish.place:
        return _page(house, wish, mistakes.faults.get("place", ""), status=mistakes.status)
    caller.take("search")
    try:
        spot = gazetteer.find(wish.place)
    except AmbiguousPlaceError as error:
        which = {"city": error.city, "states": _states(wish, error)}
        return _page(house, wish, SEVERAL, status=error.status, which=which)
    except InvalidError as error:
        return _page(house, wish, error.detail, status=error.status)
    after = Bookmark.of(query["cursor"]) if "cursor" in query else None
    return _page(house, wish, results=_results(house, wish, spot, after))


@router.post("/clinics/near")
def near(form: FormDep, zips: ZipsDep, mistakes: MistakesDep, caller: CallerDep) -> Response:
    """Lead to the search around the ZIP code nearest to a position, which is kept nowhere."""
    caller.take("search")
    try:
        point = parse_point(str(form.get("near", "")))
    except InvalidError:
        return mistakes.at("/clinics", {"place": NO_POSITION})
    code = zips.nearest(point, miles=FARTHEST)
    if code is None:
        return mistakes.at("/clinics", {"place": ABROAD})
    wish = Wish.of((name, str(value)) for name, value in form.multi_items())
    return mistakes.corrected(wish._replace(place=code).url)


def _results(house: House, wish: Wish, spot: Spot, after: Bookmark | None) -> Context:
    circle, sought = Circle(spot.point, wish.radius), Sought(wish.traits)
    advice = None
    with house.database.selecting() as connection:
        page = nearest(connection, circle, sought, limit=LIMIT, after=after)
        if wish.traits and not (page.rows or after):
            advice = advise(connection, circle, sought)
    following = page.following
    return {
        "near": spot.name,
        "cards": [card(row, house.now()) for row in page.rows],
        "within": page.within_radius,
        "chosen": [(label(trait), wish.without(trait).url) for trait in wish.traits],
        "advice": advice and _in_words(wish, advice),
        "more": following and f"{wish.url}&cursor={following.cursor()}",
        "first": after and wish.url,
        "is_cut": after and not following and after.shown + len(page.rows) >= DEEPEST,
    }


def _in_words(wish: Wish, advice: Advice) -> Context:
    """Return what would help, each with its address."""
    farther = advice.farther
    return {
        "without": [
            (label(one.trait), one.clinics, wish.without(one.trait).url) for one in advice.without
        ],
        "farther": farther and (*farther, wish._replace(radius=farther.radius).url),
        "all": (advice.without_all, wish._replace(traits=()).url),
    }


def _states(wish: Wish, error: AmbiguousPlaceError) -> list[tuple[str, str]]:
    return [
        (STATES[state], wish._replace(place=f"{error.city}, {state}").url) for state in error.states
    ]


def _page(
    house: House,
    wish: Wish,
    error: str = "",
    *,
    status: int = 200,
    which: Context | None = None,
    results: Context | None = None,
) -> Response:
    choices = {
        name: [{"value": value, "label": in_words(text)} for value, text in labels.items()]
        for name, labels in LABELS.items()
    }
    is_untouched = not (wish.place or error or which or results)
    page = house.html.page(
        "clinics/search.html",
        status=status,
        canonical="/clinics" if is_untouched else None,
        wish=wish,
        choices=choices,
        radii=RADII,
        deepest=DEEPEST,
        error=error,
        errors=[("f-place", error)] if error else [],
        which=which,
        results=results,
    )
    page.headers.update(ALLOWED)
    return page
