"""Every letter there is, from real moves: it can be written, is discreet, and comes once."""

from datetime import timedelta

from starlette.testclient import TestClient

from conftest import NOON, Clock
from mailboxes import Mailboxes
from postman import DESK, OPERATOR
from reading import event_of, fresh, indiscretions, name_clinic, whole
from referral.appointments.letters.writing import LINES
from referral.appointments.life import announcements
from referral.appointments.models import Appointment
from referral.appointments.states import State
from referral.notices.mail import Letter
from referral.notices.models import Audience, Notice
from situations import FOLLOWED, Case, begin, body, bring
from world import PERSON, house

PATIENT, CLINIC, OPERATED = Audience.PATIENT, Audience.CLINIC, Audience.OPERATOR
# A letter is the same from either database: on PostgreSQL, what causes the most of them.
OTHERWISE = ("requested", "offered", "booked", "waitlisted")
TO = {PATIENT: PERSON["email"], CLINIC: DESK, OPERATED: OPERATOR}


def kinds() -> set[tuple[Audience, str]]:
    told = (
        announcements.NEW,
        announcements.LIST_ENDED,
        *announcements.MOVES.values(),
        *announcements.DUTIES.values(),
    )
    seldom = {(PATIENT, "corrected"), (PATIENT, "visit_changed")}
    return {pair for each in told for pair in each.items()} | seldom


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


def check(case: Case, boxes: Mailboxes) -> set[tuple[Audience, str]]:
    """Check the letters that a request has just caused while they go out."""
    written = boxes.take_in(case.client).letters
    for notice, letter in written:
        assert letter.to == TO[notice.audience]
        assert indiscretions(notice, letter) == [], (notice.kind, whole(letter))
        assert "%(" not in whole(letter)
        check_file(case, notice, letter)
    with house(case.client).database.reading() as session:
        boxes.check(session, session.get_one(Appointment, case.id), now=case.clock.now)
    return {(notice.audience, notice.kind) for notice, _ in written}


def check_file(case: Case, notice: Notice, letter: Letter) -> None:
    with house(case.client).database.reading() as session:
        row = session.get_one(Appointment, notice.appointment_id)
    if letter.calendar is None:
        assert row.state is not State.BOOKED or notice.audience is not PATIENT, notice.kind
        return
    event = event_of(letter)
    assert letter.calendar[0] == ("REQUEST" if row.state is State.BOOKED else "CANCEL")
    assert (event["UID"], event["SEQUENCE"]) == (f"{row.id}@127.0.0.1", row.sequence)
    assert event["SUMMARY"] == f"Visit, reference {row.reference}"
    assert event["ATTENDEE"] == f"mailto:{TO[notice.audience]}"


def test_every_letter_can_be_written_says_nothing_private_and_comes_once(
    client: TestClient, clock: Clock
) -> None:
    written: set[tuple[Audience, str]] = set()
    whole = house(client).database.in_process
    for situation in FOLLOWED if whole else OTHERWISE:
        written |= after_each_move(client, clock, situation)
        written |= after_each_duty(client, clock, situation)

    missing = kinds() - written
    assert written < kinds()
    assert not whole or missing == {(PATIENT, "sent_on"), (PATIENT, "visit_changed")}


def back_to_noon(client: TestClient, clock: Clock) -> None:
    """Set the clock back, and let nobody wait until it is where it was."""
    clock.now = NOON
    for limit in house(client).limits.values():
        limit._spent.clear()


def after_each_move(client: TestClient, clock: Clock, situation: str) -> set[tuple[Audience, str]]:
    written: set[tuple[Audience, str]] = set()
    back_to_noon(client, clock)
    case = begin(client, clock)
    bring(case, situation)
    case.mail_is_sent()
    for who, action in moves_from(case):
        back_to_noon(client, clock)
        case, boxes = begin(client, clock), Mailboxes()
        written |= check(case, boxes)
        bring(case, situation)
        boxes.take_in(client)
        answer = getattr(case, who)(**body(case, action))
        assert answer.status_code == 200, answer.text
        written |= check(case, boxes)
        if who == "staff" and "undo" in case.detail()["available_actions"]:
            assert case.staff("undo").status_code == 200
            undone = check(case, boxes)
            assert undone <= {(PATIENT, "corrected"), (CLINIC, "visit_changed")}
            written |= undone
    return written


def after_each_duty(client: TestClient, clock: Clock, situation: str) -> set[tuple[Audience, str]]:
    written: set[tuple[Audience, str]] = set()
    # So that no two reminders fall on one moment.
    clock.now = NOON + timedelta(hours=1)
    case, boxes = begin(client, clock), Mailboxes()
    bring(case, situation)
    boxes.take_in(client)
    while (due := case.row().due_at) is not None:
        clock.now = max(due, clock.now + timedelta(seconds=1))
        case.run_due()
        written |= check(case, boxes)
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
