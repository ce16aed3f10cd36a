"""The search page: a plain form that keeps what was chosen, and says what helps."""

import re

import pytest
from starlette.testclient import TestClient

from referral.web.headers import OPEN
from world import add_clinic

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
SPANISH, SATURDAY = {"languages": ["en", "es"]}, {"hours": {"sa": [["09:00", "13:00"]]}}
# About 30 miles to the north.
FAR = {"latitude": 41.2}
NEW_YORK = "/clinics?place=New+York%2C+NY"


def plain(markup: str) -> str:
    """Return the words of a part of a page that are read aloud."""
    heard = re.sub(r'<span aria-hidden="true">.*?</span>', "", markup)
    return " ".join(re.sub(r"<[^>]+>", " ", heard).split())


def links(page: str) -> dict[str, str]:
    """Return the addresses of the links to other searches, by their words."""
    found = re.findall(r'href="(/clinics\?[^"]+)"[^>]*>(.*?)</a>', page)
    return {plain(words): url.replace("&amp;", "&") for url, words in found}


def test_what_was_chosen_stays_and_each_can_be_taken_back(client: TestClient) -> None:
    add_clinic(client, **SPANISH, **SATURDAY)

    page = client.get(
        f"{NEW_YORK}&radius=50&language=es&technique=&open=saturday&open=nonsense"
    ).text

    assert '<h2 id="results">Clinics near New York, NY</h2>' in page
    assert "(2 chosen)" in page
    for kept in ('value="New York, NY"', 'value="50" selected', 'value="es" selected'):
        assert kept in page
    assert re.findall(r'value="(\w+)" checked', page) == ["saturday"]
    assert links(page) == {
        "Remove: Spanish": f"{NEW_YORK}&radius=50&open=saturday",
        "Remove: Open on Saturday": f"{NEW_YORK}&radius=50&language=es",
    }


def test_when_nothing_fits_the_page_says_what_to_change(client: TestClient) -> None:
    add_clinic(client, **SPANISH)
    add_clinic(client, **SATURDAY)
    add_clinic(client, **SPANISH, **SATURDAY, **FAR)

    page = client.get(f"{NEW_YORK}&language=es&open=saturday").text
    words = plain(page)

    assert "No clinic here has all of that" in page
    assert "Without “Spanish” : 1 clinic within 25 miles" in words
    assert "Within 50 miles : 1 clinic with all of it" in words
    assert "Fictional Spine" not in page
    for text in ("Without “Spanish”", "Within 50 miles"):
        assert "Fictional Spine" in client.get(links(page)[text]).text
    helpless = client.get(f"{NEW_YORK}&language=vi&technique=sot").text
    assert "No single change helps." in helpless
    assert links(helpless)["Without any of it"] == f"{NEW_YORK}&radius=25"


def test_a_city_without_its_state_leads_to_each_of_them(client: TestClient) -> None:
    answer = client.get("/clinics?place=st+louis&language=es")

    assert answer.status_code == 422
    assert "Which Saint Louis do you mean?" in answer.text
    assert 'value="st louis"' in answer.text
    assert links(answer.text)["Missouri"] == (
        "/clinics?place=Saint+Louis%2C+MO&radius=25&language=es"
    )


def test_more_clinics_are_shown_page_after_page_until_there_are_none(client: TestClient) -> None:
    for number in range(12):
        add_clinic(client, name=f"Clinic {number}", latitude=40.7556 + number / 1000)
    pages = [client.get(NEW_YORK).text]
    while following := links(pages[-1]).get("Show more clinics"):
        pages.append(client.get(following).text)

    shown = [re.findall(r">(Clinic \d+)</a>", page) for page in pages]

    assert shown == [[f"Clinic {n}" for n in range(10)], ["Clinic 10", "Clinic 11"]]
    assert links(pages[1])["Back to the first ones"] == f"{NEW_YORK}&radius=25#results"
    assert client.get(f"{NEW_YORK}&cursor=x").status_code == 422


@pytest.mark.parametrize(
    ("position", "leads_to"),
    [
        ("41.88,-87.63", "/clinics?place=60603&radius=50&language=es"),
        ("48.86,2.35", "/clinics?mistakes=true"),
        ("", "/clinics?mistakes=true"),
        ("x", "/clinics?mistakes=true"),
    ],
)
def test_a_position_becomes_its_zip_and_stands_in_no_address(
    client: TestClient, position: str, leads_to: str
) -> None:
    form = {"place": "", "radius": "50", "language": "es", "technique": "", "near": position}

    answer = client.post("/clinics/near", data=form, follow_redirects=False)

    assert (answer.status_code, answer.headers["location"]) == (303, leads_to)
    page = client.get(leads_to)
    assert ('id="e-place"' in page.text) == ("mistakes" in leads_to) == (page.status_code == 422)


def test_only_the_search_may_ask_where_the_reader_is(client: TestClient) -> None:
    headers = client.get("/clinics").headers
    guarded = {name: headers.get(name) for name in OPEN}

    assert guarded.pop("permissions-policy") == "camera=(), microphone=(), geolocation=(self)"
    assert guarded.items() < OPEN.items()
    assert "geolocation=()" in OPEN["permissions-policy"]
