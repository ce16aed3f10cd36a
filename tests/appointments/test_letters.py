"""What the notices say: words for every kind, nothing that was typed, the right hour."""

import pytest
from sqlmodel import col, select
from starlette.testclient import TestClient

from conftest import Clock
from referral.appointments import announcements
from referral.appointments.letters import LINES, Letters
from referral.clinics.models import Clinic
from referral.notices.mail import Letter
from referral.notices.models import Audience, Notice, NoticeStatus
from situations import SITUATIONS, Case, begin, bring
from world import house

ADDRESS = "front.desk@fictional-spine.example"
OPERATOR = "operator@example.org"
TYPED = {"Quillon", "Zebrowski", "quillon", "zebrowski", "0142", "doorbell", "sofa"}
HEALTH = {"pain", "lifting", "lower", "doctor", "chiropractor", "spread", "function", "symptom"}


def kinds() -> set[tuple[Audience, str]]:
    told = [announcements.NEW, *announcements.MOVES.values(), *announcements.DUTIES.values()]
    return {pair for each in told for pair in each.items()} | {(Audience.PATIENT, "corrected")}


def letters(client: TestClient) -> Letters:
    parts = house(client)
    settings = parts.settings.model_copy(update={"operator_email": OPERATOR})
    return Letters(settings, parts.html, parts.vault)


def with_addresses(client: TestClient) -> None:
    with house(client).database.unit_of_work() as session:
        for clinic in session.exec(select(Clinic)):
            clinic.email = ADDRESS
            session.add(clinic)


def waiting(client: TestClient) -> list[tuple[Notice, Letter]]:
    """Write the letters of all notices that wait."""
    with_addresses(client)
    chosen = select(Notice).where(col(Notice.status) == NoticeStatus.WAITING)
    with house(client).database.reading() as session:
        rows = session.exec(chosen.order_by(col(Notice.version))).all()
        return [(row, letters(client).compose(session, row)) for row in rows]


def test_every_kind_has_words_for_its_audience() -> None:
    said = {(audience, kind) for audience, lines in LINES.items() for kind, _ in lines}

    assert said == kinds()


def moves_from(case: Case) -> list[tuple[str, str]]:
    who = {
        "patient": case.seen()["available_actions"],
        "staff": case.detail()["available_actions"],
        "by_admin": [each for each in case.detail()["available_actions"] if each == "enter"],
    }
    return [(side, action) for side, actions in who.items() for action in actions]


@pytest.mark.parametrize("situation", SITUATIONS)
def test_whatever_waits_can_be_written_and_says_nothing_private(
    client: TestClient, clock: Clock, situation: str
) -> None:
    written: set[tuple[Audience, str]] = set()
    case = begin(client, clock)
    bring(case, situation)
    for notice, letter in waiting(client):
        check(notice, letter)
        written.add((notice.audience, notice.kind))
    print(situation, written)


def check(notice: Notice, letter: Letter) -> None:
    print(letter.subject)
    print(letter.text)
