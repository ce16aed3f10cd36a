"""A clinic is invited, checks its details on a page, joins once, and is shown its key once."""

import re
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from conftest import Clock
from importer import GONE, PERSON, PRACTICE, Desk, at
from post_office import PostOffice
from referral.clinics.models import Clinic, Invitation
from referral.clinics.standing import Standing
from referral.staff.models import StaffKey
from stories import text_of, worker_of
from world import Json, count, house, send_request

ADDRESS = "desk@example.com"
WEEK = {"mo_opens_1": "09:00", "mo_closes_1": "17:00", "as_monday": "yes", "keeps_holidays": "yes"}
CONTACT = {"phone": "(706) 395-9355", "email": ADDRESS, "timezone": "America/New_York"}
BUTTON = "All of this is right: join"
KEY = re.compile(r"rk_[\w-]{43}")
OVER = "This invitation cannot be used"


@pytest.fixture
def listed(client: TestClient, desk: Desk, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A practice of the register, and a command line with the clock of the application."""
    assert client
    monkeypatch.setattr("referral.cli.inviting.now", clock)
    monkeypatch.setattr("referral.cli.clinics.now", clock)
    desk.take((PRACTICE, {}))
    return desk


def code_of(desk: Desk, *options: str) -> str:
    """Invite the practice without an address, and return the code that is printed."""
    (code,) = re.findall(r"Code, shown only now: (\S+)", desk.run("clinics", "invite", *options))
    return str(code)


def link_of(client: TestClient, code: str) -> str:
    """Type a code and return where it leads."""
    answer = client.post("/join", data={"code": code}, follow_redirects=False)
    assert answer.status_code == 303
    return str(answer.headers["location"])


def fill_in(client: TestClient, page: str, **sections: Any) -> None:  # noqa: ANN401 - a form
    """Send the forms of some sections, of which none may be wrong."""
    for slug, typed in sections.items():
        answer = client.post(f"{page}/{slug}", data=typed, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, f"{page}?saved={slug}")


def join(client: TestClient, page: str, once: str | None = None) -> str:
    """Press the button, and return the key that is then shown."""
    once = once or re.findall(r'name="once" value="([^"]+)"', client.get(page).text)[0]
    answer = client.post(page, data={"once": once})
    assert answer.url.path == "/joined"
    return str(KEY.findall(answer.text)[0])


def clinic(client: TestClient) -> Clinic:
    with house(client).database.reading() as session:
        return session.exec(select(Clinic)).one()


def test_invited_by_mail_a_clinic_joins_and_its_key_works(
    client: TestClient, clock: Clock, listed: Desk, office: PostOffice
) -> None:
    said = listed.run("clinics", "invite", PRACTICE, "--email", ADDRESS)
    assert f"The worker mails the link to {ADDRESS}." in said
    assert ADDRESS in listed.run("clinics", "invitations")
    assert worker_of(client, office, operator_name="Spine Society").round()
    (mail,) = office.taken
    assert mail["To"] == ADDRESS
    text = text_of(mail)
    assert "Spine Society invites McCarver Family Chiropractic to take part" in text
    assert "please ask operator@" in text
    assert "ends on December 15, 2026" in text
    (page,) = re.findall(r"http://\S+(/join/\S+)", text)

    before = clinic(client)
    for _ in range(2):
        looked = client.get(page)
        assert BUTTON in looked.text
        assert '<meta name="robots" content="noindex">' in looked.text
        assert looked.headers["cache-control"] == "no-store"
    fill_in(
        client,
        page,
        hours=WEEK | {"closed_on": "2026-12-24"},
        people={"name_new1": "Dr. Ada Example", "credential_new1": "DC"},
        access={"accessibility": "step_free"},
        paying={"insurance": ["medicare", "hsa"], "price_first_visit": "95"},
    )
    assert "Monday to Friday: 9\N{NO-BREAK SPACE}am" in client.get(page).text
    assert clinic(client) == before, "what is not finished changes nothing"
    clock.now += timedelta(days=13)

    bearer = {"Authorization": f"Bearer {join(client, page)}"}

    own: Json = client.get("/api/v1/clinic", headers=bearer).json()
    assert (own["standing"], own["accepting"], own["email"]) == ("joined", "yes", ADDRESS)
    assert (own["accessibility"], own["insurance"]) == (["step_free"], ["medicare", "hsa"])
    assert (own["prices"], own["closed_on"]) == ({"first_visit": 95}, ["2026-12-24"])
    assert [one["name"] for one in own["chiropractors"]] == ["Dr. Ada Example"]
    row = clinic(client)
    assert row.confirmed_at == clock.now
    assert row.told_on.keys() >= {"hours", "closed_on", "accessibility", "prices", "chiropractors"}
    assert "timezone" not in row.told_on, "seen and left as it was: confirmed, not told"
    window = {"date": "2026-12-16", "part": "morning"}
    send_request(client, row.id, preferred_windows=[window])
    assert len(client.get("/api/v1/requests", headers=bearer).json()["items"]) == 1
    assert client.get("/api/v1/keys", headers=bearer).status_code == 200
    assert count(house(client).database, "clinic_invitations") == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_code_is_told_by_phone_and_kept_as_a_keyed_hash(client: TestClient, listed: Desk) -> None:
    code = code_of(listed, PRACTICE)
    assert re.fullmatch(r"[2-9A-HJKMNP-TV-Z]{5}-[2-9A-HJKMNP-TV-Z]{5}", code)
    assert code not in listed.run("clinics", "invitations")

    page = link_of(client, f" {code.lower().replace('-', ' ')} ")

    token = page.removeprefix("/join/")
    with house(client).database.reading() as session:
        kept = str(session.exec(select(Invitation)).one().model_dump())
    for secret in (code, code.replace("-", ""), token):
        assert secret not in kept
    assert BUTTON in client.get(page).text


@pytest.mark.parametrize("limits", [{"join": 100, "join-all": 60}])
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_wrong_code_is_kept_beside_its_mistake_and_too_many_are_stopped(
    client: TestClient, listed: Desk, clock: Clock
) -> None:
    code = code_of(listed, PRACTICE)
    answers = [client.post("/join", data={"code": "K7QM2-WRDP9"}) for _ in range(61)]

    assert [answer.status_code for answer in answers] == [422] * 60 + [429]
    assert 'value="K7QM2-WRDP9"' in answers[0].text
    assert "No invitation has this code" in answers[0].text
    assert client.post("/join", data={"code": code}).status_code == 429
    clock.now += timedelta(seconds=2)
    assert BUTTON in client.get(link_of(client, code)).text


def test_what_ends_an_invitation_leads_to_one_and_the_same_page(
    client: TestClient, listed: Desk, clock: Clock
) -> None:
    replaced = link_of(client, code_of(listed, PRACTICE))
    withdrawn = link_of(client, code_of(listed, PRACTICE))
    listed.run("clinics", "invitations", "--withdraw", PRACTICE)
    expired = link_of(client, code_of(listed, PRACTICE, "--days", "1"))
    clock.now += timedelta(days=1)
    used = link_of(client, code_of(listed, str(clinic(client).id)))
    fill_in(client, used, contact=CONTACT, hours=WEEK)
    join(client, used)

    pages = [client.get(page) for page in (replaced, withdrawn, expired, used, "/join/never")]
    pages += [client.post(page, data={}) for page in (replaced, used, f"{used}/hours")]
    pages += [client.get(f"{used}/hours")]

    assert {page.status_code for page in pages} == {404}
    assert len({page.text for page in pages}) == 1
    assert OVER in pages[0].text


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_an_invitation_that_is_over_is_not_mailed_and_leaves_nothing(
    client: TestClient, listed: Desk, clock: Clock, office: PostOffice
) -> None:
    mailed = ("clinics", "invite", PRACTICE, "--email", ADDRESS)
    listed.run(*mailed)
    listed.run("clinics", "join", PRACTICE, "--email", ADDRESS)
    assert count(house(client).database, "clinic_invitations") == 0
    with house(client).database.unit_of_work() as session:
        session.exec(select(Clinic)).one().standing = Standing.LISTED
    listed.run(*mailed, "--days", "1")
    clock.now += timedelta(days=1)

    worker = worker_of(client, office)
    assert worker.round()
    assert worker.round()

    assert "take part" not in "".join(map(text_of, office.taken))
    assert count(house(client).database, "clinic_invitations") == 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_what_is_missing_is_asked_where_it_is_told_and_nothing_typed_is_lost(
    client: TestClient, listed: Desk
) -> None:
    page = link_of(client, code_of(listed, PRACTICE))

    asked = client.post(page, data={})
    assert (asked.url.path, asked.status_code) == (f"{page}/contact", 422)
    assert 'href="#f-email"' in asked.text
    wrong = client.post(f"{page}/contact", data=CONTACT | {"email": "desk at example"})
    assert 'value="desk at example"' in wrong.text
    assert 'value="desk at example"' in client.get(f"{page}/contact").text
    fill_in(client, page, contact=CONTACT)
    asked = client.post(page, data={})
    assert (asked.url.path, asked.status_code) == (f"{page}/hours", 422)
    fill_in(client, page, hours=WEEK)
    assert join(client, page)


def test_pressed_twice_it_is_one_key_and_who_has_the_link_gets_none(
    client: TestClient, listed: Desk, clock: Clock
) -> None:
    page = link_of(client, code_of(listed, PRACTICE))
    fill_in(client, page, contact=CONTACT, hours=WEEK)

    key = join(client, page, once="a value of this page")
    again = join(client, page, once="a value of this page")

    assert again == key
    with house(client).database.reading() as session:
        assert len(session.exec(select(StaffKey)).all()) == 1
    assert key in client.get("/joined").text, "a reload loses nothing"
    somebody = TestClient(client.app, base_url=str(client.base_url))
    assert OVER in somebody.post(page, data={"once": "another"}).text
    assert not KEY.search(somebody.get("/joined").text)
    clock.now += timedelta(hours=1)
    assert not KEY.search(client.get("/joined").text)
    clock.now -= timedelta(hours=1)
    assert not KEY.search(client.post("/joined").text)
    assert not KEY.search(client.get("/joined").text)


def test_an_import_keeps_an_invited_clinic_and_brings_it_up_to_date(
    client: TestClient, listed: Desk
) -> None:
    page = link_of(client, code_of(listed, PRACTICE))
    fill_in(client, page, hours=WEEK)

    assert f"needs a look: {PRACTICE}" in listed.take((PRACTICE, GONE))
    listed.take((PRACTICE, at("9 STATE HWY 2")), (PERSON, at("9 STATE HWY 2")))

    assert "9 State Hwy 2" in client.get(page).text
    fill_in(client, page, contact=CONTACT)
    join(client, page)
    assert clinic(client).standing is Standing.JOINED
