"""Clinics that are not there yet: their ways in, for tests."""

from starlette.testclient import TestClient

from conftest import Clock
from referral.clinics.membership import inviting, own_page
from referral.clinics.models import Clinic
from referral.clinics.standing import Standing
from situations import A_DAY
from world import add_clinic, house


def invited(client: TestClient, clock: Clock) -> tuple[str, str]:
    """Return the code of a new invitation, and the link of a clinic's own page."""
    parts, listed = house(client), add_clinic(client, standing=Standing.LISTED)
    with parts.database.unit_of_work() as session:
        clinic = session.get_one(Clinic, listed)
        _, code = inviting.invite(
            session, clinic, email=None, lasts=A_DAY, vault=parts.vault, now=clock.now
        )
        page = own_page.page_of(session, clinic, vault=parts.vault, now=clock.now)
        return code, parts.vault.link_token(page.id, page.token_hash)
