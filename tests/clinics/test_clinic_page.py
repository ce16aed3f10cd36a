"""The page of one clinic: what a person needs first, the way there, and what to expect."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from starlette.testclient import TestClient

from referral.clinics.standing import Accepting, Standing
from world import add_clinic

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ASK, CALL = "Ask for an appointment", "Call them"
OTHER_PLACE = {
    "address_1": "2 Made Up Road",
    "address_2": "Suite 7",
    "city": "Albany",
    "state": "NY",
    "postal_code": "12207",
    "phone": "",
}


@pytest.mark.parametrize(
    ("changes", "action", "expects"),
    [
        ({}, ASK, True),
        ({"accepting": Accepting.WAITLIST}, ASK, True),
        ({"accepting": Accepting.NO}, CALL, False),
        ({"paused": True}, CALL, False),
        ({"standing": Standing.LISTED, "accepting": Accepting.UNKNOWN}, CALL, True),
        ({"standing": Standing.LISTED, "phone": ""}, "Clinics nearby", True),
    ],
)
def test_state_and_the_way_to_ask_come_before_everything_else(
    client: TestClient, changes: dict[str, Any], action: str, *, expects: bool
) -> None:
    page = client.get(f"/clinics/{add_clinic(client, **changes)}").text
    inside = re.search(r"<main.*</main>", page, re.DOTALL)
    assert inside
    order = [inside[0].find(text) for text in ("<h1", 'class="tag ', action, "<address>", "<dl")]
    assert order == sorted(order)
    assert order[0] > 0
    assert ("What to expect at a first visit" in page) is expects
    pointers = set(re.findall(r'aria-(?:describedby|labelledby)="([^" ]+)', page))
    assert pointers <= set(re.findall(r'\sid="([^"]+)"', page))


def test_the_way_to_each_place_is_a_link_that_tells_nobody_before_it_is_pressed(
    client: TestClient,
) -> None:
    page = client.get(f"/clinics/{add_clinic(client, places=[OTHER_PLACE])}").text
    links = re.findall(r'<a href="(https:[^"]+)" rel="([^"]+)"', page)
    told = [
        value
        for url, rel in links
        for name, (value,) in parse_qs(urlsplit(url.replace("&amp;", "&")).query).items()
        if name in {"to", "destination"} and rel == "external noopener noreferrer"
    ]
    here, there = "1 Made Up Street, New York, NY 10001", "2 Made Up Road, Albany, NY 12207"
    assert told == [here, here, there, there]
    assert f'OpenStreetMap<span class="visually-hidden"> ({there})</span>' in page


def test_getting_in_and_paying_are_facts_where_the_clinic_told_them(client: TestClient) -> None:
    told = {"accessibility": ["step_free"], "insurance": ["medicare", "hsa"]}
    page = client.get(f"/clinics/{add_clinic(client, prices={'first_visit': 1250}, **told)}").text
    facts = re.findall(r"<dt>([^<]+)</dt>((?:<dd>[^<]*</dd>)+)", page)
    assert facts[-3:] == [
        ("Getting in", "<dd>No steps from the street to the treatment room</dd>"),
        ("Who may pay", "<dd>Medicare</dd><dd>Health savings account (HSA or FSA)</dd>"),
        ("What a visit costs", "<dd>First visit, paid by yourself: $1,250</dd>"),
    ]
    silent = client.get(f"/clinics/{add_clinic(client)}").text
    assert "Getting in" not in silent
    assert "What a visit costs" not in silent


def test_what_to_expect_leads_to_articles_that_are_there(client: TestClient) -> None:
    page = client.get(f"/clinics/{add_clinic(client)}").text
    paths = re.findall(r'href="(/articles/[^"]+)"', page)
    assert len(paths) == 2
    assert [client.get(path).status_code for path in paths] == [200, 200]
