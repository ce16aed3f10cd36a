"""What a letter says: the right hour, all that is needed, and nothing that is no longer true."""

import re
from datetime import datetime, timedelta
from uuid import uuid4

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from postman import OPERATOR, give_addresses
from reading import (
    event_of,
    fresh,
    name_clinic,
    notice,
    to_person,
    write,
)
from referral.appointments.letters.writing import Letters
from referral.appointments.models import Appointment
from referral.clinics.models import Clinic
from referral.notices.delivery import Superseded, Undeliverable
from referral.notices.models import Audience
from situations import BY_PHONE, begin, bring
from world import house, send_request

# What a letter says is the same whichever database holds it.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

PATIENT, CLINIC, OPERATED = Audience.PATIENT, Audience.CLINIC, Audience.OPERATOR


@pytest.mark.parametrize(
    ("timezone", "start", "local"),
    [
        ("America/New_York", "2026-11-01T05:30Z", "Sunday, November 1, 1:30 am EDT"),
        ("America/New_York", "2026-11-01T06:30Z", "Sunday, November 1, 1:30 am EST"),
        ("America/New_York", "2027-03-14T06:55Z", "Sunday, March 14, 1:55 am EST"),
        ("America/New_York", "2027-03-14T07:00Z", "Sunday, March 14, 3:00 am EDT"),
        ("America/Chicago", "2026-10-30T14:00Z", "Friday, October 30, 9:00 am CDT"),
        ("America/Chicago", "2026-11-02T15:00Z", "Monday, November 2, 9:00 am CST"),
        ("America/Denver", "2027-03-12T16:00Z", "Friday, March 12, 9:00 am MST"),
        ("America/Denver", "2027-03-15T15:00Z", "Monday, March 15, 9:00 am MDT"),
        ("America/Phoenix", "2027-03-15T16:00Z", "Monday, March 15, 9:00 am MST"),
        ("America/Los_Angeles", "2027-03-15T06:30Z", "Sunday, March 14, 11:30 pm PDT"),
        ("America/Anchorage", "2026-11-02T18:00Z", "Monday, November 2, 9:00 am AKST"),
        ("Pacific/Honolulu", "2026-11-02T19:00Z", "Monday, November 2, 9:00 am HST"),
    ],
)
def test_a_time_is_the_local_one_of_the_clinic_on_both_sides_of_a_clock_change(
    client: TestClient, clock: Clock, *, timezone: str, start: str, local: str
) -> None:
    case = begin(client, clock)
    bring(case, "booked")
    moment = datetime.fromisoformat(start)
    with house(client).database.unit_of_work() as session:
        session.get_one(Clinic, case.practice.clinic_id).timezone = timezone
        row = session.get_one(Appointment, case.id)
        row.starts_at, row.ends_at = moment, moment + timedelta(minutes=30)
    clock.now = moment - timedelta(hours=1)

    give_addresses(client)
    for audience, kind in ((PATIENT, "booked"), (PATIENT, "visit_soon"), (CLINIC, "accepted")):
        letter = write(case, notice(case, audience, kind))
        assert f" {local}." in letter.text
        assert event_of(letter)["DTSTART"].dt == moment


def test_the_times_on_offer_and_the_end_of_the_offer_are_named(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    bring(case, "offered")

    letter = to_person(case)

    assert re.findall(r"  \* (.+)", letter.text) == [
        "Friday, December 4, 10:00 am EST",
        "Friday, December 4, 10:30 am EST",
        "Monday, December 7, 4:00 pm EST",
    ]
    assert "Choose one by Wednesday, December 2, 10:00 am EST." in letter.text


def test_a_letter_to_the_person_has_all_they_need(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)

    letter = to_person(case)

    for said in (letter.text, letter.html or ""):
        assert f"{house(client).settings.origin}/en/follow/{case.sent['follow_token']}" in said
        assert case.sent["reference"] in said
        assert case.sent["spoken_code"] in said
        assert "Fictional Spine" in said
        assert "Phone of the clinic:" in said
        assert "(212) 555-0100" in said
    assert letter.subject == f"Your request {case.sent['reference']} was sent"
    assert "by Wednesday, December 2, 5:00 pm EST" in letter.text


def test_the_html_loads_nothing_and_sets_no_color(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    for _, letter in fresh(client):
        html = letter.html or ""
        origin = house(client).settings.origin
        assert set(re.findall(r"https?://[^/\"<]+(?::\d+)?", html)) == {origin}
        assert not re.search(r"<(img|link|script|style|iframe)|url\(|background|[^-]color:", html)
    assert case.sent


def test_names_with_markup_in_them_stay_text(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    name_clinic(case, "Spine <b>& Sons</b>")

    letter = to_person(case)

    assert "with Spine <b>& Sons</b>." in letter.text
    assert "with Spine &lt;b&gt;&amp; Sons&lt;/b&gt;." in (letter.html or "")


@pytest.mark.parametrize(
    ("situation", "audience", "kind", "code"),
    [
        ("requested", CLINIC, "new_request", "no-address"),
        ("entered_in_error, erased", PATIENT, "withdrawn", "erased"),
    ],
)
def test_where_there_is_nobody_to_write_to_it_says_why(
    client: TestClient, clock: Clock, *, situation: str, audience: Audience, kind: str, code: str
) -> None:
    case = begin(client, clock)
    bring(case, situation)

    with pytest.raises(Undeliverable) as refused:
        write(case, notice(case, audience, kind))

    assert refused.value.code == code


def test_a_person_without_an_address_gets_no_letter(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock, **BY_PHONE)

    with pytest.raises(Undeliverable, match="no-address"):
        write(case, notice(case, PATIENT, "requested"))


def test_an_operator_without_an_address_gets_no_letter(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    parts = house(client)
    writer = Letters(parts.settings, parts.html, parts.vault, parts.now)

    with parts.database.reading() as session, pytest.raises(Undeliverable, match="no-address"):
        writer.compose(session, notice(case, OPERATED, "overdue"))


def test_a_request_that_is_gone_needs_no_letter(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    about = notice(case, PATIENT, "requested")
    about.appointment_id = uuid4()

    with pytest.raises(Undeliverable, match="erased"):
        write(case, about)


@pytest.mark.parametrize(
    ("situation", "audience", "kind"),
    [
        ("received", CLINIC, "new_request"),
        ("offered, ended", PATIENT, "received"),
        ("booked", PATIENT, "offered"),
        ("arrived", PATIENT, "visit_soon"),
        ("waitlisted, quiet", PATIENT, "still_waiting"),
        ("booked", CLINIC, "move_asked"),
        ("declined, sent on", PATIENT, "declined"),
        ("cancelled", CLINIC, "deadline"),
    ],
)
def test_what_is_no_longer_true_is_not_said(
    client: TestClient, clock: Clock, *, situation: str, audience: Audience, kind: str
) -> None:
    case = begin(client, clock)
    bring(case, situation)
    case.mail_is_sent()

    with pytest.raises(Superseded):
        write(case, notice(case, audience, kind))


def test_the_operator_reads_which_clinic_is_late_and_with_how_many(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    send_request(client, case.practice.clinic_id)
    answered = send_request(client, case.practice.clinic_id)
    off = client.post(f"/api/v1/follow/{answered['follow_token']}/moves", json={"action": "cancel"})
    assert off.status_code == 200
    about = notice(case, OPERATED, "overdue")
    about.created_at = case.row().answer_by

    letter = write(case, about)

    assert letter.to == OPERATOR
    assert letter.subject == f"Overdue: request {case.sent['reference']} at Fictional Spine"
    assert "Requests that are overdue at this clinic: 2." in letter.text


def test_after_a_pause_of_the_worker_no_letter_names_an_end_in_the_past(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    case.mail_is_sent()
    clock.now += timedelta(days=9)
    case.run_due()

    ((_, letter),) = fresh(client, case.id, CLINIC)

    # Four hours after the pause: see `deadlines.PAUSE`.
    assert "If there is no answer by Thursday, December 10, 2:00 pm EST" in letter.text
