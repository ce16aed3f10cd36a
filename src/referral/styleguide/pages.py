"""The style guide of a demo: shown by the macros themselves, so that it cannot say otherwise."""

from fastapi import APIRouter
from starlette.responses import Response

from referral.languages import Language, speaking
from referral.styleguide import tokens
from referral.styleguide.components import COMPONENTS
from referral.styleguide.fields import FIELDS, WRONG
from referral.web.deps import HouseDep
from referral.web.html import PACKAGE

router = APIRouter(include_in_schema=False)
PATH = "/styleguide"
SHEET = (PACKAGE / "static" / "referral.css").read_text(encoding="utf-8")
COLORS = [tokens.colors(SHEET, "light"), tokens.colors(SHEET, "dark")]
CONTRASTS = [
    (pair, *(tokens.contrast(color[pair.front], color[pair.ground]) for color in COLORS))
    for pair in tokens.PAIRS
]


@router.get(PATH)
def guide(house: HouseDep) -> Response:
    """Show the tokens, and every component in every state."""
    # Programmers and designers read it, in one language, as they read the reference of the API.
    with speaking(Language.ENGLISH):
        return house.html.page(
            "styleguide/guide.html",
            components={**COMPONENTS, **FIELDS},
            colors=COLORS[0],
            contrasts=CONTRASTS,
            sizes=tokens.sizes(SHEET),
        )


@router.get(f"{PATH}/errors")
def mistakes(house: HouseDep) -> Response:
    """Show every field beside a mistake, as a page with mistakes shows them."""
    wrong = [given for given in WRONG.values() if "error" in given]
    with speaking(Language.ENGLISH):
        return house.html.page(
            "styleguide/mistakes.html",
            fields=WRONG,
            errors=[(f"f-{given['name']}", given["error"]) for given in wrong],
        )
