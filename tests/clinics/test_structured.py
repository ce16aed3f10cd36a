"""What search engines read of a clinic: terms of schema.org only, nothing made up, nothing run."""

import json
from datetime import UTC, datetime
from html.parser import HTMLParser
from typing import Any

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from referral.clinics.standing import Accepting, Standing
from referral.web.headers import OPEN
from schema_org import check
from world import open_practice

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


class DataBlocks(HTMLParser):
    """Collects the elements that hold data as a browser would see them, and all other scripts."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: list[str] = []
        self.others = 0
        self._inside = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._inside = ("type", "application/ld+json") in attrs
        self.others += tag == "script" and not self._inside

    def handle_data(self, data: str) -> None:
        if self._inside:
            self.blocks.append(data)

    def handle_endtag(self, _tag: str) -> None:
        self._inside = False


def read(client: TestClient, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 - any column
    """Return what the page of such a clinic says, if it is all data."""
    answer = client.get(f"/clinics/{open_practice(client, **changes).clinic_id}")
    page = DataBlocks()
    page.feed(answer.text)
    assert page.others == 0
    assert answer.headers["content-security-policy"] == OPEN["content-security-policy"]
    found: dict[str, Any] = json.loads("".join(page.blocks))
    return found


def test_everything_known_is_said_in_terms_of_schema_org(client: TestClient, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 20, 15, tzinfo=UTC)
    hours = {"mo": [["09:00", "12:00"], ["13:00", "17:00"]], "th": [["13:00", "17:00"]]}
    place = {
        "address_1": "2 Made Up Road",
        "address_2": "Suite 7",
        "city": "Albany",
        "state": "NY",
        "postal_code": "12207",
        "phone": "",
    }
    said = read(
        client,
        npi="1234567893",
        hours=hours,
        closed_on=["2026-12-07"],
        languages=["en", "es"],
        other_names=["Made Up Backs"],
        places=[place],
    )

    check(said)
    assert said["@context"] == "https://schema.org"
    assert said["@id"] == said["url"]
    opened = said["openingHoursSpecification"]
    assert [(one["dayOfWeek"], one["opens"], one["closes"]) for one in opened] == [
        (["Monday"], "09:00", "12:00"),
        (["Monday", "Thursday"], "13:00", "17:00"),
    ]
    closed = said["specialOpeningHoursSpecification"]
    assert {(day["opens"], day["closes"]) for day in closed} == {("00:00", "00:00")}
    assert [(day["validFrom"], day.get("name")) for day in closed] == [
        ("2026-11-26", "Thanksgiving"),
        ("2026-12-07", None),
        ("2027-01-18", "Martin Luther King Jr. Day"),
        ("2027-02-15", "Presidents' Day"),
    ]
    assert said["location"][0]["address"]["streetAddress"] == "2 Made Up Road, Suite 7"
    assert [one["@type"] for one in said["employee"]] == ["Person"]
    assert said["isAcceptingNewPatients"] is True


@pytest.mark.parametrize(
    ("accepting", "said"),
    [(Accepting.NO, False), (Accepting.WAITLIST, None), (Accepting.UNKNOWN, None)],
)
def test_what_is_not_known_is_left_out(
    client: TestClient, accepting: Accepting, *, said: bool | None
) -> None:
    found = read(
        client, standing=Standing.LISTED, accepting=accepting, phone="", hours={}, languages=[]
    )
    check(found)
    assert found.get("isAcceptingNewPatients") is said
    assert not {"geo", "telephone", "identifier", "openingHoursSpecification"} & found.keys()


def test_a_name_cannot_end_the_data_or_become_a_script(client: TestClient) -> None:
    name = "</script><script>alert(1)</script><!-- & 'Spine'"
    assert read(client, name=name)["name"] == name
