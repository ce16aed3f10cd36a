"""The page of a clinic and the search say when it is open, and on which coming days it is not."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from referral.clinics.standing import Standing
from world import add_clinic


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("changes", "shown"),
    [
        ({}, ["Closed on Friday, December 25 (Christmas Day)"]),
        ({"keeps_holidays": False}, []),
        # Neither a day on which it never opens nor one that is far off; its own days have no name.
        (
            {"closed_on": ["2026-12-26", "2026-12-28", "2027-01-04"]},
            ["Closed on Friday, December 25 (Christmas Day)", "Closed on Monday, December 28"],
        ),
        # Nobody told us its hours.
        ({"hours": {}}, []),
    ],
)
def test_page_and_search_name_the_closed_days_of_two_weeks(
    client: TestClient, clock: Clock, *, changes: dict[str, Any], shown: list[str]
) -> None:
    # Friday in UTC, still Thursday in New York: the two weeks end on December 30.
    clock.now = datetime(2026, 12, 18, 1, tzinfo=UTC)
    clinic_id = add_clinic(client, **changes)

    for path in (f"/clinics/{clinic_id}", "/clinics?zip=10001"):
        page = client.get(path).text.replace("\N{NO-BREAK SPACE}", " ")
        assert re.findall(r"<dd>(Closed on [^<]+)</dd>", page) == shown


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("zone", "words"),
    [
        ("America/Menominee", "Central time (CST)"),
        ("America/Phoenix", "Mountain time (MST)"),
        ("Pacific/Guam", "Chamorro time (ChST)"),
        ("Pacific/Wake", "+12"),
    ],
)
def test_hours_name_their_time_zone_as_people_there_do(
    client: TestClient, zone: str, words: str
) -> None:
    page = client.get(f"/clinics/{add_clinic(client, timezone=zone)}").text
    assert f'<dd class="meta">{words}</dd>' in page


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("known", [True, False])
def test_hours_that_nobody_told_us_are_not_shown_as_closed(
    client: TestClient, *, known: bool
) -> None:
    clinic_id = add_clinic(client, **({} if known else {"hours": {}, "standing": Standing.LISTED}))

    for path in (f"/clinics/{clinic_id}", "/clinics?zip=10001"):
        page = client.get(path).text
        assert ("Monday to Friday" in page) is known
        assert (">Closed<" in page or ": Closed" in page) is known
        assert ("Ask the clinic" in page) is not known
        assert "Eastern time" not in page or known
    assert bool(client.get(f"/api/v1/clinics/{clinic_id}").json()["hours"]) is known
