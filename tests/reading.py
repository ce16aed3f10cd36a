"""Reading letters: those that wait, any other, and what none of them may say."""

import re
from contextlib import suppress
from typing import Any
from uuid import UUID

import icalendar
from starlette.testclient import TestClient

from conftest import NOON
from postman import give_addresses, letters, waiting
from referral.appointments.reasons import DECLINE_REASONS, NEXT_STEPS
from referral.clinics.models import Clinic
from referral.notices.delivery import Superseded
from referral.notices.mail import Letter
from referral.notices.models import Audience, Notice
from situations import Case
from world import PERSON, house

# Words from what `world` sends for a person: name, note, contact and answers.
TYPED = ("Quillon", "Zebrowski", "555.?0142", "doorbell", "green", "sofa", "blue", "sitting")
HEALTH = (
    *("pain", "back", "lower", "symptom", "lifting", "exercise", "doctor", "medical", "health"),
    *("chiropractor", "urgent", "weeks?", "limited", "34"),
)
# Small letters: without regard to their size, a search takes ten times as long.
PRIVATE = re.compile(rf"\b(?:{'|'.join((*TYPED, str(PERSON['email']), *HEALTH)).lower()})\b")
# What a letter says anyway, whoever it is for.
HARMLESS = re.compile(
    r"says? nothing of health|every week|[0-9a-f]{8}-[0-9a-f-]{27}|follow/\S+|\d{4}-\d{4}"
)


def fresh(
    client: TestClient, appointment_id: UUID | None = None, *audiences: Audience
) -> list[tuple[Notice, Letter]]:
    """Write the letters of all notices that wait (about one request) and are still true."""
    give_addresses(client)
    rows = waiting(client)
    chosen = [row for row in rows if row.audience in (audiences or tuple(Audience))]
    if appointment_id is not None:
        chosen = [row for row in chosen if row.appointment_id == appointment_id]
    found = []
    with house(client).database.reading() as session:
        for row in chosen:
            with suppress(Superseded):
                found.append((row, letters(client).compose(session, row)))
    return found


def notice(case: Case, audience: Audience, kind: str, **data: str) -> Notice:
    """Return a notice about the request that is not stored."""
    row = case.row()
    return Notice(
        audience=audience,
        kind=kind,
        appointment_id=row.id,
        clinic_id=row.clinic_id,
        version=row.version,
        data=data,
        created_at=NOON,
        due_at=NOON,
    )


def write(case: Case, about: Notice) -> Letter:
    """Write one letter, as things stand now."""
    with house(case.client).database.reading() as session:
        return letters(case.client).compose(session, about)


def to_person(case: Case) -> Letter:
    """Write the one letter about a request that waits for the person who sent it."""
    ((_, letter),) = fresh(case.client, case.id, Audience.PATIENT)
    return letter


def event_of(letter: Letter) -> Any:  # noqa: ANN401 - icalendar's own types say little
    """Return the one event of the calendar file, with its `METHOD`."""
    assert letter.calendar is not None
    sent = icalendar.Calendar.from_ical(letter.calendar[1])
    (event,) = sent.walk("VEVENT")
    event["METHOD"] = sent["METHOD"]
    return event


def name_clinic(case: Case, name: str) -> None:
    """Give the clinic another name."""
    with house(case.client).database.unit_of_work() as session:
        session.get_one(Clinic, case.practice.clinic_id).name = name


def whole(letter: Letter) -> str:
    """Return all that a letter says, its calendar file unfolded."""
    method, file = letter.calendar or ("", b"")
    unfolded = file.decode().replace("\r\n ", "")
    return "\n".join((letter.subject, letter.text, letter.html or "", method, unfolded))


def indiscretions(notice: Notice, letter: Letter) -> list[str]:
    """Return the words of a letter that should not be in it."""
    said = HARMLESS.sub("", whole(letter)).replace("ATTENDEE", "")
    own = str(PERSON["email"])
    if notice.audience is Audience.PATIENT:
        said = said.replace(own, "")
    sentences = (*DECLINE_REASONS.values(), *NEXT_STEPS.values())
    found = [sentence for sentence in sentences if sentence in said]
    return found + PRIVATE.findall(said.lower())


def apart_from_looks(page: str) -> str:
    """Return a followed request as it is shown, page or JSON, up to who has looked at it."""
    return re.split(r'Who has looked|"looks"', page)[0]
