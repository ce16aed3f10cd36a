"""Who cannot ask a clinic, or not yet, and where they are led instead."""

from dataclasses import replace
from uuid import UUID

from starlette.responses import RedirectResponse, Response

from referral.appointments import wording
from referral.appointments.asking.doors import Asked
from referral.appointments.asking.request_view import Row
from referral.appointments.life.known import asked_before
from referral.appointments.life.submission import ASSESSMENT_LASTS
from referral.appointments.states import ENDS
from referral.clinics.finding.search import by_id
from referral.symptoms.doors import FIRST, PATHS, CheckDoorDep
from referral.symptoms.triage import assess, may_request
from referral.web.deps import House


def clinic_of(house: House, clinic_id: UUID) -> Row:
    """Return the clinic that is asked; NotFoundError where there is none."""
    with house.database.selecting() as connection:
        return by_id(connection, clinic_id)


def sent_already(asked: Asked, clinic_id: UUID) -> Response | None:
    """Show who comes back after sending, by the back button or a second click, what was sent."""
    token = asked.sent.get(str(clinic_id))
    if token is None or asked.typed:
        return None
    return RedirectResponse(f"/follow/{token}/sent", 303)


def turned_away(house: House, clinic: Row, check: CheckDoorDep) -> Response | None:
    """Send on who cannot ask this clinic, or not yet: to the clinic's page, form or outcome."""
    if not clinic["takes_requests"]:
        return RedirectResponse(f"/clinics/{clinic['id']}", 303)
    known = replace(check.check, clinic=clinic["id"])
    if known.answered is not None and house.now() - known.answered[1] > ASSESSMENT_LASTS:
        response = RedirectResponse(PATHS[FIRST], 303)
        check.keep(response, known.asked_again())
        return response
    answers, cleared = known.answers, known.doctor_cleared
    if answers is None or not may_request(assess(answers).level, doctor_cleared=cleared):
        # Where answers are missing, it leads on to the first of them.
        response = RedirectResponse("/check/outcome", 303)
        check.keep(response, known)
        return response
    return None


def asked_already(house: House, clinic: Row, check: CheckDoorDep, asked: Asked) -> Response | None:
    """Say how the request stands that was sent to this clinic on the same answers, if one was."""
    if check.check.answered is None:
        return None
    with house.database.reading() as session:
        before = asked_before(session, check.check.answered[0], clinic["id"])
    if before is None:
        return None
    response = house.html.page(
        "appointments/asked.html",
        clinic=clinic,
        before=before,
        over=before.state in ENDS,
        state=wording.STATES[before.state][0],
        tag=wording.TAGS[before.state],
        sentence=wording.ASKED_BEFORE[before.state],
        token=asked.sent.get(str(clinic["id"])),
    )
    # Whoever answers the questions again comes back to this clinic.
    check.keep(response, replace(check.check, clinic=clinic["id"]))
    return response
