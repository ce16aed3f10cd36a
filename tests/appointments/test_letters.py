"""Every letter there is, from real moves: it can be written, is discreet, and comes once."""

from datetime import datetime, timedelta

from starlette.testclient import TestClient

from conftest import NOON, Clock
from reading import DESK, OPERATOR, event_of, fresh, indiscretions, name_clinic, whole
from referral.appointments import announcements
from referral.appointments.letters import LINES
from referral.appointments.models import Appointment
from referral.appointments.states import State
from referral.notices.mail import Letter
from referral.notices.models import Audience, Notice
from situations import SITUATIONS, Case, begin, body, bring
from world import PERSON, house

PATIENT, CLINIC, OPERATED = Audience.PATIENT, Audience.CLINIC, Audience.OPERATOR
TO = {PATIENT: PERSON["email"], CLINIC: DESK, OPERATED: OPERATOR}


# Letters that bring a calendar file: of the visit as it stands, and of the one that is off.
WITH_VISIT = {"booked", "moved", "visit_soon", "accepted", "offered", "lapsed", "corrected"}
VISIT_OFF = {*("released", "cancelled_by_clinic", "cancelled_by_you"), "cancelled", "withdrawn"} | {
    "corrected"
}


def kinds() -> set[tuple[Audience, str]]:
    told = (announcements.NEW, *announcements.MOVES.values(), *announcements.DUTIES.values())
    return {pair for each in told for pair in each.items()} | {(PATIENT, "corrected")}


def test_every_kind_has_words_for_its_audience() -> None:
    said = {(audience, kind) for audience, lines in LINES.items() for kind, _ in lines}

    assert said == kinds()


def moves_from(case: Case) -> list[tuple[str, str]]:
    seen = {
        "patient": case.seen(),
        "staff": case.detail(),
        "by_admin": case.detail(by_admin=True),
    }
    return [
        (who, action)
        for who, what in seen.items()
        for action in what["available_actions"]
        if action != "undo"
    ]


def check(case: Case) -> set[tuple[Audience, str]]:
    """Check the letters that a request has just caused, and let them go out."""
    written = fresh(case.client)
    for notice, letter in written:
        assert letter.to == TO[notice.audience]
        assert indiscretions(notice, letter) == [], (notice.kind, whole(letter))
        assert "%(" not in whole(letter)
        check_file(case, notice, letter)
    sides = [notice.audience for notice, _ in written if notice.appointment_id == case.id]
    assert len(sides) == len(set(sides)), "one change, one letter for each side"
    case.mail_is_sent()
    return {(notice.audience, notice.kind) for notice, _ in written}


def check_file(case: Case, notice: Notice, letter: Letter) -> None:
    with house(case.client).database.reading() as session:
        row = session.get_one(Appointment, notice.appointment_id)
    if notice.kind in WITH_VISIT and row.state is State.BOOKED:
        method = "REQUEST"
        span: tuple[datetime | None, ...] = (row.starts_at, row.ends_at)
    elif notice.kind in VISIT_OFF and "visit_starts_at" in notice.data and row.starts_at is None:
        ends = ("visit_starts_at", "visit_ends_at")
        method = "CANCEL"
        span = tuple(datetime.fromisoformat(notice.data[end]) for end in ends)
    else:
        assert letter.calendar is None, notice.kind
        return
    assert letter.calendar is not None, notice.kind
    event = event_of(letter)
    assert (letter.calendar[0], str(event["METHOD"])) == (method, method)
    assert (event["DTSTART"].dt, event["DTEND"].dt) == span
    assert (event["UID"], event["SEQUENCE"]) == (f"{row.id}@127.0.0.1", row.sequence)
    assert event["SUMMARY"] == f"Visit, reference {row.reference}"
    assert event["ATTENDEE"] == f"mailto:{TO[notice.audience]}"


def test_every_letter_can_be_written_says_nothing_private_and_comes_once(
    client: TestClient, clock: Clock
) -> None:
    written: set[tuple[Audience, str]] = set()
    for situation in SITUATIONS:
        written |= after_each_move(client, clock, situation)
        written |= after_each_duty(client, clock, situation)

    assert written == kinds() - {(PATIENT, "sent_on")}


def after_each_move(client: TestClient, clock: Clock, situation: str) -> set[tuple[Audience, str]]:
    written: set[tuple[Audience, str]] = set()
    clock.now = NOON
    case = begin(client, clock)
    bring(case, situation)
    case.mail_is_sent()
    for who, action in moves_from(case):
        clock.now = NOON
        case = begin(client, clock)
        written |= check(case)
        bring(case, situation)
        case.mail_is_sent()
        answer = getattr(case, who)(**body(case, action))
        assert answer.status_code == 200, answer.text
        written |= check(case)
        if who == "staff" and "undo" in case.detail()["available_actions"]:
            assert case.staff("undo").status_code == 200
            undone = check(case)
            assert undone <= {(PATIENT, "corrected")}
            written |= undone
    return written


def after_each_duty(client: TestClient, clock: Clock, situation: str) -> set[tuple[Audience, str]]:
    written: set[tuple[Audience, str]] = set()
    clock.now = NOON
    case = begin(client, clock)
    bring(case, situation)
    case.mail_is_sent()
    while (due := case.row().due_at) is not None:
        clock.now = max(due, clock.now + timedelta(seconds=1))
        case.run_due()
        written |= check(case)
    return written


def test_the_clinic_agreed_to_beforehand_is_named_and_linked(
    client: TestClient, clock: Clock
) -> None:
    other = begin(client, clock)
    name_clinic(other, "Second Example Clinic")
    case = begin(client, clock, also_ask=[str(other.practice.clinic_id)])
    case.mail_is_sent()

    assert case.staff(**body(case, "decline")).status_code == 200

    told = {notice.audience: (notice, letter) for notice, letter in fresh(client)}
    assert {who: notice.kind for who, (notice, _) in told.items()} == {
        PATIENT: "sent_on",
        CLINIC: "new_request",
    }
    letter = told[PATIENT][1]
    new_id = case.row().sent_on_to
    assert new_id is not None
    assert "Fictional Spine cannot take your request." in letter.text
    assert "we sent your request to Second Example Clinic" in letter.text
    token = case.seen()["sent_on_token"]
    assert f"/follow/{token}" in letter.text
    assert client.get(f"/api/v1/follow/{token}").json()["spoken_code"] in letter.text
    assert indiscretions(*told[PATIENT]) == []
