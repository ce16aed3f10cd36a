"""A person reads letters in the language in which they asked; clinics and operators, in English."""

import pytest
from starlette.testclient import TestClient

from conftest import NOON, Clock
from in_spanish import english_in
from postman import DESK
from reading import event_of, fresh
from referral.clinics.membership import upkeep
from referral.clinics.membership.own_page import page_of
from referral.clinics.models import Clinic
from referral.clinics.standing import AutoPause
from referral.languages import Language, speaking
from referral.letters import composer_of
from referral.notices.models import Audience, Notice
from situations import Case, begin, bring
from world import add_clinic, house, open_practice


def begin_in_spanish(client: TestClient, clock: Clock) -> Case:
    client.headers["Accept-Language"] = "es-PR"
    case = begin(client, clock)
    del client.headers["Accept-Language"]
    return case


def test_the_letters_and_the_calendar_of_a_request_sent_in_spanish(
    client: TestClient, clock: Clock
) -> None:
    case = begin_in_spanish(client, clock)
    bring(case, "booked")
    case.staff("move", starts_at="2026-12-03T11:00:00-05:00", minutes=30)

    # Whoever looks at them, and in which language.
    with speaking(Language.SPANISH):
        written = fresh(client, case.id)

    assert case.detail()["language"] == "es"
    reference, token = case.sent["reference"], case.sent["follow_token"]
    seen = set()
    for notice, letter in written:
        seen.add(notice.audience)
        assert letter.html is not None
        if notice.audience is Audience.PATIENT:
            assert letter.subject.startswith(f"Su solicitud {reference}: su cita")
            assert "jueves, 3 de diciembre, 11:00 a. m. EST" in letter.text
            assert f"http://127.0.0.1:8000/es/follow/{token}" in letter.text
            assert english_in(letter.html) == set()
            assert event_of(letter)["SUMMARY"] == f"Cita, referencia {reference}"
        else:
            assert '<html lang="en">' in letter.html
            assert "Please do not answer it. Nobody reads the answers." in letter.text
    assert seen == {Audience.PATIENT, Audience.CLINIC}


def test_the_language_goes_along_to_the_next_clinic(client: TestClient, clock: Clock) -> None:
    case = begin_in_spanish(client, clock)
    other = open_practice(client, name="Second Spine")
    bring(case, "declined")
    case.patient("send_on", clinic_id=str(other.clinic_id))

    to_person = [letter for notice, letter in fresh(client) if notice.audience is Audience.PATIENT]

    assert to_person
    assert all(letter.subject.startswith("Su solicitud ") for letter in to_person)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_calendar_file_is_in_the_language_of_the_page(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    bring(case, "booked")
    for prefix, summary in (("/es", r"Cita\, referencia"), ("/en", r"Visit\, reference")):
        file = client.get(f"{prefix}/follow/{case.sent['follow_token']}/visit.ics").text
        assert f"SUMMARY:{summary} {case.sent['reference']}" in file


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_clinic_reads_english_whoever_looks_at_its_letters(client: TestClient) -> None:
    clinic_id = add_clinic(client, email=DESK, paused_because=AutoPause.LEFT_UNANSWERED)
    parts = house(client)
    with parts.database.unit_of_work() as session:
        page_of(session, session.get_one(Clinic, clinic_id), vault=parts.vault, now=NOON)
    notice = Notice(
        audience=Audience.CLINIC,
        kind=upkeep.PAUSED,
        clinic_id=clinic_id,
        data={"because": AutoPause.LEFT_UNANSWERED},
        created_at=NOON,
        due_at=NOON,
    )

    with speaking(Language.SPANISH), parts.database.reading() as session:
        letter = composer_of(parts)(session, notice)

    assert '<html lang="en">' in (letter.html or "")
    assert "Please do not answer it. Nobody reads the answers." in letter.text
