"""Clinics confirm their details by a mailed page; who does not sinks, is warned, and is paused."""

import re
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from conftest import NOON, Clock
from post_office import PostOffice
from referral.clinics.membership.confirming import Step, ask, next_step
from referral.clinics.models import Clinic, Confirmation
from referral.clinics.standing import AutoPause, Standing
from stories import text_of, worker_of
from world import Practice, add_clinic, count, house, open_practice

EMAIL = "desk@example.com"
LINK = re.compile(r"http://\S+(/confirm/\S+)")
BUTTON = "Yes, all of this is right"


def days(number: int | None) -> datetime | None:
    """Return a moment so many days before now, or none."""
    return None if number is None else NOON - timedelta(days=number)


@pytest.mark.parametrize(
    ("confirmed", "asked", "warned", "step"),
    [
        (89, None, None, None),
        (90, None, None, Step.ASK),
        (None, None, None, Step.ASK),
        (90, 200, 150, Step.ASK),
        (119, 29, None, None),
        (120, 30, None, Step.WARN),
        (None, 30, None, Step.WARN),
        (133, 43, 13, None),
        (134, 44, 14, Step.STOP),
        # After a pause of the worker, the warning still comes a fortnight before the end.
        (400, 300, None, Step.WARN),
        (400, 300, 1, None),
        # Confirmed since, on the page or by ending the pause.
        (10, 100, 60, None),
    ],
)
def test_each_step_comes_a_while_after_the_one_before(
    confirmed: int | None, asked: int | None, warned: int | None, *, step: Step | None
) -> None:
    assert next_step(days(confirmed), days(asked), days(warned), now=NOON) is step


@pytest.fixture
def practice(client: TestClient, clock: Clock) -> Practice:
    return open_practice(client, confirmed_at=clock.now, email=EMAIL)


class Mailed:
    """A clinic and the mail that comes to it as days go by."""

    def __init__(self, client: TestClient, clock: Clock, office: PostOffice) -> None:
        self.client = client
        self.clock = clock
        self.office = office
        self.worker = worker_of(client, office)

    def after(self, number: int) -> list[EmailMessage]:
        """Let so many days pass and the worker do two rounds; return what has arrived."""
        self.clock.now += timedelta(days=number)
        self.office.taken.clear()
        # What it does once a day it does last in a round; its mail goes out in the next.
        assert self.worker.round()
        assert self.worker.round()
        return list(self.office.taken)


@pytest.fixture
def mailed(client: TestClient, clock: Clock, office: PostOffice) -> Mailed:
    return Mailed(client, clock, office)


def row(client: TestClient, practice: Practice) -> Clinic:
    """Return the clinic's row."""
    with house(client).database.reading() as session:
        return session.get_one(Clinic, practice.clinic_id)


def test_who_stays_silent_sinks_is_warned_then_paused_until_one_post(
    client: TestClient, practice: Practice, mailed: Mailed
) -> None:
    add_clinic(client, standing=Standing.LISTED, email="listed@example.com")
    assert mailed.after(89) == []

    (asked,) = mailed.after(1)
    assert (asked["To"], asked["Subject"]) == (
        EMAIL,
        "Are the details of Fictional Spine still right?",
    )
    assert mailed.after(15) == []
    assert row(client, practice).handicap == 6
    (warned,) = mailed.after(15)
    assert "From April 14, 2027 on, nobody will be able" in text_of(warned)
    assert not row(client, practice).paused
    (stopped,) = mailed.after(14)
    assert "takes no requests here until its details are confirmed" in str(stopped["Subject"])
    assert row(client, practice).paused_because is AutoPause.UNCONFIRMED
    assert mailed.after(1) == []

    links = {LINK.findall(text_of(mail))[0] for mail in (asked, warned, stopped)}
    (path,) = links
    before = row(client, practice)
    page = client.get(path).text
    assert BUTTON in page
    assert "Fictional Spine" in page
    assert row(client, practice) == before, "showing the page acts"
    for _ in range(2):
        answer = client.post(path, follow_redirects=False)
        assert (answer.status_code, answer.headers["location"]) == (303, path)
    assert "The details are confirmed" in client.get(path).text
    after = row(client, practice)
    assert (after.paused, after.paused_because, after.handicap) == (False, None, 1)
    assert after.confirmed_at == mailed.clock.now

    assert mailed.after(89) == []
    (again,) = mailed.after(1)
    assert client.get(path).status_code == 404
    assert BUTTON in client.get(LINK.findall(text_of(again))[0]).text


def test_no_link_is_kept_and_none_can_be_guessed(client: TestClient, practice: Practice) -> None:
    parts = house(client)
    with parts.database.unit_of_work() as session:
        asked = ask(session, practice.clinic_id, vault=parts.vault, now=parts.now())
    token = parts.vault.link_token(asked.id)

    with parts.database.reading() as session:
        kept = session.exec(select(Confirmation)).one()
    assert token.encode() not in kept.token_hash
    assert token not in str(kept)
    for wrong in (str(asked.id), token[:-1], token + "x"):
        assert client.get(f"/confirm/{wrong}").status_code == 404
        assert client.post(f"/confirm/{wrong}").status_code == 404


def test_a_letter_that_waited_too_long_is_not_sent(
    client: TestClient, practice: Practice, mailed: Mailed
) -> None:
    parts = house(client)
    with parts.database.unit_of_work() as session:
        asked = ask(session, practice.clinic_id, vault=parts.vault, now=parts.now())
    client.post(f"/confirm/{parts.vault.link_token(asked.id)}")

    assert mailed.after(1) == []


def test_without_mail_nobody_is_asked_or_stopped(
    client: TestClient, practice: Practice, clock: Clock
) -> None:
    clock.now += timedelta(days=400)
    assert worker_of(client, None).round()

    assert count(house(client).database, "clinic_confirmations") == 0
    assert not row(client, practice).paused


def test_every_fact_names_its_source_and_its_day(client: TestClient, practice: Practice) -> None:
    with house(client).database.unit_of_work() as session:
        session.get_one(Clinic, practice.clinic_id).sqlmodel_update(
            {
                "source": "nppes",
                "source_date": datetime(2026, 5, 11, tzinfo=UTC).date(),
                "told_on": {"phone": "2026-11-02", "hours": "2026-11-02"},
            }
        )

    found = client.get(f"/api/v1/clinics/{practice.clinic_id}").json()["sources"]

    said = {one.pop("fact"): one for one in found}
    register = {"source": "nppes", "as_of": "2026-05-11", "confirmed_on": "2026-12-01"}
    told = {"source": "clinic", "as_of": "2026-11-02", "confirmed_on": "2026-12-01"}
    assert (said["name"], said["phone"], said["hours"]) == (register, told, told)
    page = client.get(f"/clinics/{practice.clinic_id}").text.replace("\N{NO-BREAK SPACE}", " ")
    assert (
        "Name, address, chiropractors: from the national register of providers (NPPES), "
        "as of May 11, 2026; confirmed by the clinic on December 1, 2026" in page
    )
    assert "Phone, hours: told by the clinic, as of November 2, 2026" in page
