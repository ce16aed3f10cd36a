"""What a person does with what is held about them: they save a copy of it, and have it erased."""

from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from conftest import Clock
from referral.appointments.life.erasing import erase
from referral.appointments.models import Appointment, Note
from referral.appointments.states import ENDS
from referral.record.verifying import chains, verify
from referral.symptoms.models import AssessmentRow
from situations import FOLLOWED, NO, Case, begin, bring
from waiting import until_they_wait
from world import MILD, PERSON, Json, house, open_practice, request_body, send_request

NOTED, MESSAGE = "Zq7 staff note", "Zq7 no time yet"
CONTACT = {"contact": "(212) 555-0142"}
TYPED = (PERSON["name"], PERSON["email"], PERSON["note"], MILD["note"])
# What becomes of a visit that has begun; all else that is open is canceled.
BEGUN = dict.fromkeys(("booked, started", "arrived"), "completed")
PERIOD = {"from": "2026-12-01T00:00:00Z", "before": "2027-01-01T00:00:00Z"}


def api(case: Case, path: str = "") -> str:
    """Return the address of the request at the API."""
    return f"/api/v1/follow/{case.sent['follow_token']}{path}"


def link(case: Case, path: str = "") -> str:
    """Return the address of a page behind the link."""
    return f"/follow/{case.sent['follow_token']}{path}"


def figures(case: Case) -> Json:
    """Return the clinic's own statistics."""
    shown = case.client.get("/api/v1/statistics", params=PERIOD, headers=case.practice.bearer)
    assert shown.status_code == 200, shown.text
    counted: Json = shown.json()
    return counted


def noted(case: Case) -> None:
    """Let the clinic keep a note."""
    path = f"/api/v1/requests/{case.sent['id']}/notes"
    made = case.client.post(path, json={"text": NOTED}, headers=case.practice.bearer)
    assert made.status_code == 201


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_from_every_state_it_is_ended_as_it_would_end_and_then_erased(
    client: TestClient, clock: Clock
) -> None:
    began = clock.now
    for situation in FOLLOWED:
        clock.now = began
        case = begin(client, clock)
        bring(case, situation)
        was, told = case.row().state, case.notices("clinic")

        assert client.delete(api(case)).status_code == 204

        row, whole = case.row(), case.detail()
        wanted = was.value if was in ENDS else BEGUN.get(situation, "cancelled")
        assert (row.state, whole["person"], row.wrapped_key) == (wanted, None, None), situation
        # A missed visit ends by itself, of which the clinic is told no more than by time.
        by_person = was not in ENDS and wanted == "cancelled" and was != "no_show"
        assert case.notices("clinic") == (["cancelled"] if by_person else told), situation
        assert (case.notices(), whole["available_actions"]) == ([], []), situation
        # Nothing is left for time to do, such as erasing it once more.
        assert row.due_at is None, situation
        # A visit that took place, or was missed, stays in the clinic's calendar.
        assert bool(case.held()) == (row.starts_at is not None), situation
    parts = house(client)
    with parts.database.reading() as session:
        every = chains(session)
    assert len(every) > len(FOLLOWED)
    for chain in every:
        assert verify(parts.database, chain, vault=parts.vault).faults == []


def test_everything_that_is_personal_goes_and_every_list_and_figure_stays(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    noted(case)
    assert case.staff("decline", **NO, message=MESSAGE).status_code == 200
    counted, history = figures(case), case.detail()["history"]

    assert client.delete(api(case)).status_code == 204

    with house(client).database.reading() as session:
        row = session.get_one(Appointment, case.id)
        gone = (row.wrapped_key, row.message, row.email_index, row.phone_index, row.undo)
        assert (set(gone), row.undo_by, row.idempotency_hash) == ({None}, None, None)
        assert (row.person, row.fingerprint, row.preferred_windows) == (b"", b"", [])
        answers = session.get_one(AssessmentRow, row.assessment_id)
        assert (answers.wrapped_key, answers.outcome) == (None, b"")
        assert session.exec(select(Note.text).where(col(Note.appointment_id) == row.id)).all() == [
            b""
        ]
    bearer, whole = case.practice.bearer, case.detail()
    assert figures(case) == counted
    assert [event["kind"] for event in whole["history"]] == [
        *(event["kind"] for event in history),
        "appointment.erased",
    ]
    assert (whole["person"], whole["assessment"], whole["decision"]["message"]) == (None, None, "")
    (row_shown,) = client.get("/api/v1/requests", headers=bearer).json()["items"]
    assert row_shown == {name: whole[name] for name in row_shown}
    assert (row_shown["state"], row_shown["preferred_windows"]) == ("declined", [])
    notes = client.get(f"/api/v1/requests/{case.id}/notes", headers=bearer).json()["items"]
    assert [note["text"] for note in notes] == [None]
    last = client.get("/api/v1/events", params={"limit": 100}, headers=bearer).json()["items"][-1]
    assert (last["type"], case.staff("undo").status_code) == ("request.erased", 409)


def test_the_link_of_what_was_erased_says_so_and_nothing_else(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    bring(case, "booked")
    asked = client.get(link(case, "/erase")).text
    assert ("You have a visit" in asked, case.seen()["state"]) == (True, "booked")

    done = client.post(link(case, "/erase"))

    assert (done.status_code, "This request was erased" in done.text) == (410, True)
    assert 'href="/clinics"' in done.text
    for word in (PERSON["name"], case.sent["reference"], "Fictional Spine"):
        assert word not in done.text
    assert client.post(link(case, "/erase")).status_code == 410
    for path in ("", "/sent", "/copy", "/erase", "/visit.ics", "/elsewhere", "/ask_move"):
        assert client.get(link(case, path)).status_code == 410, path
    for called in (
        client.get(api(case)),
        client.delete(api(case)),
        client.post(api(case, "/copy"), json=CONTACT),
        case.patient("cancel"),
    ):
        assert (called.status_code, called.json()["code"]) == (410, "erased")
    slip = {"reference": case.sent["reference"], "code": case.sent["spoken_code"]}
    assert client.post("/find", data=slip).status_code == 410


def test_what_was_typed_goes_from_this_browser_too(client: TestClient, clock: Clock) -> None:
    case = begin(client, clock)
    client.post("/check", data={"emergency_signs": ["none"]})
    assert "referral-check" in client.cookies

    client.post(link(case, "/erase"), follow_redirects=False)

    assert "referral-check" not in client.cookies


def test_of_a_chain_all_is_erased_and_copied_from_either_end(
    client: TestClient, clock: Clock
) -> None:
    for which in (0, 1):
        first = begin(client, clock)
        other = send_request(client, open_practice(client).clinic_id)
        bring(first, "declined, sent on")
        token = first.seen()["sent_on_token"]
        links = (first.sent["follow_token"], token)
        own = f"/api/v1/follow/{links[which]}"

        copy = client.post(f"{own}/copy", json=CONTACT).json()
        assert [each["state"] for each in copy["requests"]] == ["declined", "requested"]
        assert client.delete(own).status_code == 204

        left = [client.get(f"/api/v1/follow/{each}").status_code for each in links]
        assert left == [410, 410]
        assert client.get(f"/api/v1/follow/{other['follow_token']}").status_code == 200


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_one_of_a_chain_that_time_erases_meanwhile_keeps_none_of_the_others(
    client: TestClient, clock: Clock
) -> None:
    first, parts = begin(client, clock), house(client)
    bring(first, "declined, sent on")
    own = f"/api/v1/follow/{first.seen()['sent_on_token']}"

    with ThreadPoolExecutor(1) as pool, parts.database.unit_of_work() as session:
        row = session.get_one(Appointment, first.id, with_for_update=True)
        erase(session, row, actor="system", vault=parts.vault, now=parts.now())
        erased = pool.submit(client.delete, own)
        until_they_wait(parts.database, erased)

    assert (erased.result().status_code, client.get(own).status_code) == (204, 410)


def test_answers_that_another_request_needs_stay_until_that_is_erased(
    client: TestClient, clock: Clock
) -> None:
    case, second = begin(client, clock), open_practice(client)
    with house(client).database.reading() as session:
        answers = str(session.get_one(Appointment, case.id).assessment_id)
    other = send_request(client, second.clinic_id, assessment_id=answers)
    assert client.delete(api(case)).status_code == 204
    whole = client.get(f"/api/v1/requests/{other['id']}", headers=second.bearer).json()
    assert whole["assessment"]["answers"]["note"] == MILD["note"]

    assert client.delete(f"/api/v1/follow/{other['follow_token']}").status_code == 204

    with house(client).database.reading() as session:
        assert session.get_one(AssessmentRow, UUID(answers)).wrapped_key is None
    third = request_body(client, open_practice(client).clinic_id, assessment_id=answers)
    refused = client.post("/api/v1/requests", json=third)
    assert (refused.status_code, refused.json()["code"]) == (422, "assessment-unknown")


def test_the_copy_has_all_that_was_said_and_seen_and_no_way_in(
    client: TestClient, clock: Clock
) -> None:
    second = open_practice(client, name="Second Spine")
    case = begin(client, clock, also_ask=[str(second.clinic_id)])
    noted(case)
    assert case.staff("receive").status_code == 200
    assert case.staff("waitlist", message=MESSAGE).status_code == 200
    client.get(f"/api/v1/requests/{case.id}", headers=case.practice.bearer)
    case.mail_is_sent()

    copy = client.post(api(case, "/copy"), json=CONTACT)
    file = client.post(link(case, "/copy"), data=CONTACT)

    assert (copy.status_code, file.status_code) == (200, 200)
    assert file.headers["content-disposition"] == 'attachment; filename="my-request.html"'
    said = (*TYPED, MESSAGE, "Second Spine", "Opened your request", "test")
    assert [word for word in said[:5] if word not in copy.text] == []
    assert [word for word in said if word not in file.text] == []
    (one,) = copy.json()["requests"]
    assert one["letters"][0]["kind"] == "waitlisted"
    assert {look["kind"] for look in one["looks"]} == {"opened", "changed"}
    for text in (copy.text, file.text):
        secrets = (case.sent["follow_token"], case.sent["spoken_code"], NOTED)
        assert [word for word in secrets if word in text] == []


def test_who_does_not_know_a_contact_gets_no_copy_and_five_tries(
    client: TestClient, clock: Clock
) -> None:
    case = begin(client, clock)
    for wrong, said in (("me@example.org", "contact-unknown"), ("nonsense", "contact")):
        refused = client.post(api(case, "/copy"), json={"contact": wrong})
        assert (refused.status_code, refused.json()["errors"][0]["code"]) == (422, said)
        page = client.post(link(case, "/copy"), data={"contact": wrong})
        assert (page.status_code, 'href="#f-contact"' in page.text) == (422, True)
        assert f'value="{wrong}"' in page.text
        assert wrong not in refused.text
    for _ in range(3):
        client.post(api(case, "/copy"), json={"contact": "me@example.org"})

    assert client.post(api(case, "/copy"), json=CONTACT).status_code == 429
    assert client.post(link(case, "/copy"), data=CONTACT).status_code == 429
