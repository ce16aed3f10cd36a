"""The operator's page: behind a password, without personal data."""

import base64
from typing import Annotated

from fastapi import APIRouter, Depends, Header
from starlette.exceptions import HTTPException
from starlette.responses import Response

from referral.operations import service
from referral.text import N_
from referral.web.deps import House, HouseDep

USER = "operator"
ASK = {"WWW-Authenticate": 'Basic realm="operator", charset="UTF-8"'}

router = APIRouter(include_in_schema=False)


def _operator_only(house: HouseDep, authorization: Annotated[str | None, Header()] = None) -> None:
    """Let in who knows the password; without one in the settings there is no such page.

    A browser asks first without a password: that is no wrong try.
    """
    password = house.settings.operator_password
    if password is None:
        raise HTTPException(404)
    wanted = f"{USER}:{password.get_secret_value()}".encode()
    given = _given(authorization or "")
    if not given or not _is_admitted(house, given, wanted):
        detail = N_("This page is for the operator: sign in with the name and the password.")
        raise HTTPException(401, detail, ASK)


@router.get("/operator", dependencies=[Depends(_operator_only)])
def operator(house: HouseDep) -> Response:
    """Show how the service stands."""
    with house.database.reading() as session:
        seen = service.overview(session, now=house.now())
    return house.html.page("operations/operator.html", seen=seen)


def _is_admitted(house: House, given: bytes, wanted: bytes) -> bool:
    return house.database.settle(
        lambda session: service.admits(session, given, wanted, vault=house.vault, now=house.now())
    )


def _given(authorization: str) -> bytes:
    """Return `user:password` of a Basic header (RFC 7617), or nothing."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return b""
    try:
        return base64.b64decode(encoded.strip(), validate=True)
    except ValueError:
        return b""
