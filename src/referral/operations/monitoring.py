"""What machines that watch the service ask: is it alive, is it ready, how does it stand."""

from hmac import compare_digest
from typing import Annotated

from fastapi import APIRouter, Header, Request
from starlette.exceptions import HTTPException
from starlette.responses import PlainTextResponse, Response

from referral import schema
from referral.errors import UnavailableError
from referral.operations import gauges
from referral.operations.exposition import MEDIA_TYPE, exposition
from referral.schema import Standing
from referral.text import N_
from referral.web.deps import House, HouseDep

NOT_READY = {
    Standing.EMPTY: "The database has no tables yet: run `referral migrate`.",
    Standing.BEHIND: "The database lacks migrations: run `referral migrate`.",
}

router = APIRouter(include_in_schema=False)


@router.get("/healthz")
async def alive() -> PlainTextResponse:
    """Say that this process answers, and nothing about what it needs."""
    return PlainTextResponse("ok")


@router.get("/readyz")
def ready(house: HouseDep) -> PlainTextResponse:
    """Say whether this process can serve: its database answers and has its schema."""
    missing = _missing(house)
    return PlainTextResponse(missing or "ready", status_code=503 if missing else 200)


@router.get("/metrics")
def metrics(
    request: Request, house: HouseDep, authorization: Annotated[str | None, Header()] = None
) -> Response:
    """Give the numbers of the service to who knows the token; without one there are none."""
    token = house.settings.metrics_token
    if token is None:
        raise HTTPException(404)
    wanted = f"Bearer {token.get_secret_value()}"
    if not compare_digest((authorization or "").encode(), wanted.encode()):
        detail = N_("This page is for a program with the token of the settings.")
        raise HTTPException(401, detail, {"WWW-Authenticate": "Bearer"})
    return Response(exposition(_measured(house), request.app.state.calls), media_type=MEDIA_TYPE)


def _missing(house: House) -> str:
    """Return in plain words what keeps this process from serving, or nothing."""
    try:
        with house.database.reading() as session:
            revision = schema.revision_of(session.connection())
    except UnavailableError:
        return "The database does not answer."
    return NOT_READY.get(schema.standing_of(revision), "")


def _measured(house: House) -> gauges.Gauges | None:
    try:
        with house.database.reading() as session:
            return gauges.measure(session, now=house.now())
    except UnavailableError:
        return None
