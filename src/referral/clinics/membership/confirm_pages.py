"""A clinic's own page behind its mailed link: its details, right or changed. Showing never acts."""

from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from fastapi import APIRouter
from starlette.responses import RedirectResponse, Response

from referral.clinics.membership import profile
from referral.clinics.membership.comparing import differences
from referral.clinics.membership.confirming import confirm, is_answered
from referral.clinics.membership.detail_view import Place, register_words, rows, show, take
from referral.clinics.membership.own_page import asked_by
from referral.clinics.membership.sections import SECTIONS
from referral.clinics.provenance import sources
from referral.clinics.wording import source_words
from referral.web.deps import FormDep, HouseDep
from referral.web.mistakes import MistakesDep

router = APIRouter(include_in_schema=False)


@router.get("/confirm/{token}")
def details(token: str, house: HouseDep, saved: str = "") -> Response:
    """Show the clinic's details, and ask whether they are right."""
    with house.database.reading() as session:
        clinic, asked = asked_by(session, token)
        own = profile.read(session, clinic.id)
        found = sources(session.connection(), clinic.id)
        otherwise = differences(session, clinic.id)
    today = house.now().astimezone(ZoneInfo(own.timezone)).date()
    return house.html.page(
        "clinics/confirm.html",
        own=own,
        rows=rows(own, f"/confirm/{token}", today),
        register=register_words(otherwise),
        sources=source_words(found),
        is_answered=is_answered(clinic.confirmed_at, asked.asked_at),
        saved=SECTIONS.get(saved),
        token=token,
    )


@router.post("/confirm/{token}")
def confirmed(token: str, house: HouseDep) -> Response:
    """Keep that all is right."""
    with house.database.unit_of_work() as session:
        confirm(session, token, now=house.now())
    return RedirectResponse(f"/confirm/{token}", 303)


@router.post("/confirm/{token}/pause")
def pause(token: str, form: FormDep, house: HouseDep) -> Response:
    """Pause, or take requests again, as the button says."""
    said = {"paused": form.get("paused") == "yes"}
    with house.database.unit_of_work() as session:
        clinic, _ = asked_by(session, token)
        profile.keep(session, clinic.id, said, now=house.now())
    return RedirectResponse(f"/confirm/{token}", 303)


@router.get("/confirm/{token}/{section}")
def section_form(token: str, section: str, house: HouseDep, mistakes: MistakesDep) -> Response:
    """Show the form of one section."""
    with house.database.reading() as session:
        clinic, _ = asked_by(session, token)
        own = profile.read(session, clinic.id)
    return show(house, Place(f"/confirm/{token}", section), own, mistakes)


@router.post("/confirm/{token}/{section}")
def section_sent(
    token: str, section: str, form: FormDep, *, house: HouseDep, mistakes: MistakesDep
) -> Response:
    """Change what the clinic says of itself."""
    with house.database.reading() as session:
        clinic, _ = asked_by(session, token)
        own = profile.read(session, clinic.id)

    def keep(values: Mapping[str, Any]) -> None:
        with house.database.unit_of_work() as session:
            profile.keep(session, own.id, values, now=house.now())

    return take(form, Place(f"/confirm/{token}", section), own, mistakes=mistakes, keep=keep)
