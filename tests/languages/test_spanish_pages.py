"""Every page that a person can reach in Spanish is in Spanish."""

import re
from collections.abc import Iterator
from datetime import timedelta
from html import unescape

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from filling_in import TYPED, agree, answer_the_questions
from in_spanish import english_in
from referral.clinics.membership import inviting
from referral.clinics.membership.own_page import page_of
from referral.clinics.models import Clinic
from referral.clinics.standing import Standing
from referral.languages import WITHOUT_CHOICE
from situations import begin, bring
from world import BY_LEVEL, MILD, PERSON, Json, add_clinic, house, open_practice

LINK = re.compile(r'(?:href|formaction)="(/[^"#]*)')
# In these, each sentence about a request is said.
TELLING = (
    *("requested", "offered", "offered, ended", "waitlisted", "waitlisted, quiet"),
    *("booked, another time on offer", "booked, to be moved", "no_show", "declined, sent on"),
    *("cancelled by the clinic", "expired", "entered_in_error, erased"),
)


def read(client: TestClient, path: str) -> str:
    """Return a Spanish page, which has no English text and no link out of Spanish."""
    answer = client.get(path)
    if path.endswith(".xml"):  # the feed, which is no page
        return ""
    assert '<html lang="es">' in answer.text, (path, answer.status_code)
    assert english_in(answer.text) == set(), path
    leaving = {a for a in LINK.findall(answer.text) if not a.startswith(("/es/", *WITHOUT_CHOICE))}
    assert [address[:4] for address in leaving] == ["/en/"], path
    return answer.text


def walk(client: TestClient, *starts: str) -> set[str]:
    """Read these pages and whatever they lead to."""
    left, seen = list(starts), set[str]()
    while left:
        path = left.pop()
        if path not in seen and not path.endswith(".ics"):
            seen.add(path)
            links = LINK.findall(read(client, path))
            left += [unescape(link) for link in links if link.startswith("/es/")]
    return seen


def mistaken(client: TestClient, clinic: str) -> Iterator[str]:
    """Yield where each form leads that is sent empty."""
    forms = ("/check", "/check/pain", "/check/age", "/check/cleared", "/find", f"{clinic}/request")
    for form in (*forms, f"{clinic}/request/review"):
        sent = client.post(f"/es{form}", data={}, follow_redirects=False)
        yield sent.headers["location"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_page_on_the_way_to_a_request_has_an_english_text(client: TestClient) -> None:
    clinic = f"/clinics/{open_practice(client).clinic_id}"
    told = {"languages": ["es"], "techniques": ["activator"], "accessibility": ["step_free"]}
    paid = {"insurance": ["veterans"], "prices": {"first_visit": 80}}
    second = open_practice(client, name="Second Spine", source="nppes", **told, **paid)
    for path in (
        "/es/nowhere",
        "/es/clinics?place=1",
        "/es/clinics?place=Springfield",
        "/es/clinics?place=10001&accepting=yes&open=saturday",
        "/es/follow/x",
        *mistaken(client, clinic),
    ):
        read(client, path)
    for level in BY_LEVEL.values():
        answer_the_questions(client, MILD | level)
        read(client, "/es/check/outcome")
    client.post(f"/es{clinic}/request", data=TYPED)

    pages = (
        f"/es{clinic}/request/review",
        f"/es/clinics/{second.clinic_id}",
        "/es/clinics?place=10001",
    )
    seen = walk(client, "/es/", *pages)

    assert {"/es/articles/back-spasms", "/es/privacy", f"/es{clinic}/request"} <= seen
    client.post(f"/es{clinic}/request/review", data=agree(client, f"/es{clinic}/request"))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize("situation", TELLING)
def test_no_page_behind_the_private_link_has_an_english_text(
    client: TestClient, clock: Clock, situation: str
) -> None:
    case = begin(client, clock)
    bring(case, situation)
    here = f"/es/follow/{case.sent['follow_token']}"
    for path in ("", "/sent", "/cancel", "/elsewhere", "/refuse", "/ask_move", "/ask_again"):
        read(client, here + path)
    read(client, f"{here}/erase")
    wrong = client.post(f"{here}/copy", data={"contact": "x@example.org"}, follow_redirects=False)
    read(client, wrong.headers.get("location", here))
    if case.row().wrapped_key is None:
        return
    file = client.post(f"{here}/copy", data={"contact": PERSON["email"]})
    assert english_in(file.text) == set()
    late = client.post(f"{here}/accept", data={"time_id": str(case.id)}, follow_redirects=False)
    read(client, late.headers["location"])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_page_of_a_clinic_has_an_english_text(client: TestClient, clock: Clock) -> None:
    told = {"languages": ["es"], "techniques": ["activator"], "accessibility": ["step_free"]}
    paid = {"insurance": ["veterans"], "prices": {"first_visit": 80}, "keeps_holidays": True}
    clinic_id = open_practice(client, **told, **paid).clinic_id
    parts = house(client)
    with parts.database.unit_of_work() as session:
        link = page_of(
            session, session.get_one(Clinic, clinic_id), vault=parts.vault, now=clock.now
        )
        page = f"/es/confirm/{parts.vault.link_token(link.id, link.token_hash)}"

    seen = walk(client, page, "/es/join", "/es/join/nobody", "/es/joined")

    sections = {path for path in seen if path.startswith(f"{page}/")}
    assert len(sections) > 5
    for path in sections:
        if not path.endswith("/leave"):
            sent = client.post(path, data={}, follow_redirects=False)
            read(client, sent.headers["location"])


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_no_page_on_which_a_clinic_joins_has_an_english_text(
    client: TestClient, clock: Clock
) -> None:
    clinic_id = add_clinic(client, standing=Standing.LISTED, email="desk@example.com")
    parts = house(client)
    with parts.database.unit_of_work() as session:
        clinic, month = session.get_one(Clinic, clinic_id), timedelta(days=30)
        given: Json = {"email": None, "lasts": month, "vault": parts.vault, "now": clock.now}
        _, code = inviting.invite(session, clinic, **given)
    wrong = client.post("/es/join", data={"code": "K7QM2-WRDP9"}, follow_redirects=False)
    read(client, wrong.headers["location"])
    page = client.post("/es/join", data={"code": code}, follow_redirects=False).headers["location"]

    assert len(walk(client, page)) > 5

    (once,) = re.findall(r'name="once" value="([^"]+)"', client.get(page).text)
    joined = client.post(page, data={"once": once}, follow_redirects=False).headers["location"]
    assert "Su clave del personal" in read(client, joined)
