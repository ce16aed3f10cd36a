"""What a clinic has after joining: the hours that were given or known, and the usual holidays."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import pytest
from starlette.testclient import TestClient
from typer.testing import CliRunner

from referral.cli import app
from referral.clinics import hours
from referral.clinics.membership.joining import join, named
from referral.clinics.membership.schemas import checked
from referral.clinics.models import Clinic
from referral.clinics.standing import Standing
from referral.errors import InvalidError
from referral.settings import Settings
from world import add_clinic, house

NPI = "1710229331"
USUAL = "mo-fr 09:00-17:00"


@pytest.mark.parametrize(
    ("known", "given", "then"),
    [
        ("", None, USUAL),
        ("sa 09:00-13:00", None, "sa 09:00-13:00"),
        ("", "tu 10:00-18:00", "tu 10:00-18:00"),
        ("sa 09:00-13:00", "tu 10:00-18:00", "tu 10:00-18:00"),
        # No hours at all would be a clinic that never answers.
        ("", "", USUAL),
    ],
)
def test_hours_are_those_given_then_those_known_then_the_usual(
    client: TestClient, clock: Callable[[], datetime], known: str, *, given: str | None, then: str
) -> None:
    clinic = joined(
        client,
        clock(),
        known=known,
        **({"hours": hours.to_json(hours.parse(given))} if given else {}),
    )

    assert hours.format(hours.from_json(clinic.hours)) == then
    assert (clinic.standing, clinic.keeps_holidays, clinic.closed_on) == (Standing.JOINED, True, [])


def test_the_command_line_sets_the_closed_days_and_joining_again_keeps_them(
    client: TestClient, settings: Settings
) -> None:
    clinic_id = add_clinic(client, npi=NPI, standing=Standing.LISTED)
    keys = {"REFERRAL_KEYS": settings.keys.get_secret_value() if settings.keys else ""}
    runner = CliRunner(env=keys | {"REFERRAL_DATABASE_URL": settings.database_url})
    join_it = ["clinics", "join", NPI, "--email", "desk@example.com"]
    days = ["--closed-on", "2026-12-31", "--closed-on", "2026-12-24"]

    first = runner.invoke(app, [*join_it, *days, "--no-holidays"])
    again = runner.invoke(app, join_it)
    wrong = runner.invoke(app, [*join_it, "--closed-on", "2026-02-30"])

    assert (first.exit_code, again.exit_code, wrong.exit_code) == (0, 0, 2)
    with house(client).database.reading() as session:
        clinic = session.get_one(Clinic, clinic_id)
    assert (clinic.keeps_holidays, clinic.closed_on) == (False, ["2026-12-24", "2026-12-31"])


@pytest.mark.parametrize(
    "timezone", ["America", "Nowhere/Land", "../etc/passwd", "/", "Factory", "localtime"]
)
def test_a_zone_that_is_none_is_refused(
    client: TestClient, clock: Callable[[], datetime], timezone: str
) -> None:
    with pytest.raises(InvalidError) as refused:
        joined(client, clock(), known="", timezone=timezone)

    assert refused.value.problems[0].loc == ("timezone",)


def joined(client: TestClient, now: datetime, *, known: str, **asked: Any) -> Clinic:  # noqa: ANN401 - what differs
    """List a clinic with the hours that are known, let it join, and return it."""
    week = hours.to_json(hours.parse(known))
    add_clinic(client, npi=NPI, standing=Standing.LISTED, hours=week)
    with house(client).database.unit_of_work() as session:
        clinic = named(session, NPI)
        join(session, clinic, checked({"email": "desk@example.com"} | asked), now=now)
        return clinic
