"""Whether all that was acknowledged is there, once, and nothing half-written."""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, func, select
from starlette.testclient import TestClient

from faults.load import MOVES, Load
from referral.appointments.life.submission import PERSON as SEALED_AS
from referral.appointments.models import Appointment, Note
from referral.db import table_of
from referral.notices.models import Notice
from referral.record.models import Event, EventCounter
from referral.record.verifying import chains, verify
from referral.repeats import Repeat
from world import PERSON, Practice, house

REQUESTS, NOTES, NOTICES = table_of(Appointment), table_of(Note), table_of(Notice)
EVENTS, COUNTERS, REPEATS = table_of(Event), table_of(EventCounter), table_of(Repeat)


@dataclass(frozen=True, slots=True)
class Found:
    """What is stored of a load: how many requests, and how many of them twice."""

    requests: int
    doubles: int


def audit(client: TestClient, load: Load) -> Found:
    """Compare what is stored with what was acknowledged; AssertionError where they differ."""
    parts, practice = house(client), load.practice
    with parts.database.selecting() as connection:
        found = check_requests(client, connection, load)
        check_events(connection, practice)
        check_notices(connection)
        assert not connection.scalar(
            select(func.count()).select_from(REPEATS).where(REPEATS.c.answer == b"")
        )
    check_record(client)
    check_statistics(client, load)
    return found


def check_requests(client: TestClient, connection: Connection, load: Load) -> Found:
    """Every acknowledged request is there once, whole, as far as its moves were acknowledged."""
    vault = house(client).vault
    rows = connection.execute(select(REQUESTS)).all()
    tokens = Counter(vault.link_token(row.id, row.token_hash) for row in rows)
    assert {told.token for told in load.told} == tokens.keys()
    assert len({told.token for told in load.told}) == len(load.told)
    by_id = {str(row.id): row for row in rows}
    for told in load.told:
        assert told.id is None or by_id[told.id].reference == told.reference
    for id_, row in by_id.items():
        key = vault.open_key(row.id, row.wrapped_key)
        assert key.unseal(SEALED_AS, row.person)["name"] in {PERSON["name"], "Sam Sample"}
        assert row.version == 1 + load.moved[id_]
    written = select(NOTES.c.appointment_id, func.count()).group_by(NOTES.c.appointment_id)
    assert {str(id_): number for id_, number in connection.execute(written)} == load.notes
    return Found(len(rows), len(rows) - len({row.assessment_id for row in rows}))


def check_events(connection: Connection, practice: Practice) -> None:
    """The clinic's numbers have no gap, and each request has one event for each of its versions."""
    numbers = connection.scalars(select(EVENTS.c.number).order_by(EVENTS.c.number)).all()
    assert numbers == list(range(1, len(numbers) + 1))
    last = select(COUNTERS.c.last).where(COUNTERS.c.clinic_id == practice.clinic_id)
    assert connection.scalar(last) == len(numbers)
    told: dict[object, list[str]] = {}
    for id_, kind in connection.execute(
        select(EVENTS.c.appointment_id, EVENTS.c.kind).order_by(EVENTS.c.number)
    ):
        told.setdefault(id_, []).append(kind.removeprefix("appointment."))
    done = ["requested", "received", "declined"]
    for id_, version in connection.execute(select(REQUESTS.c.id, REQUESTS.c.version)):
        assert [kind for kind in told[id_] if kind in done] == done[:version]


def check_notices(connection: Connection) -> None:
    """Each request has the notices of its versions: two of the first, then one to the person."""
    put = select(NOTICES.c.appointment_id, func.count()).group_by(NOTICES.c.appointment_id)
    by_request = {row[0]: row[1] for row in connection.execute(put)}
    for id_, by_phone, version in connection.execute(
        select(REQUESTS.c.id, REQUESTS.c.by_phone, REQUESTS.c.version)
    ):
        assert by_request[id_] == (1 if by_phone else 1 + version)


def check_record(client: TestClient) -> None:
    """No link of the record is broken."""
    parts = house(client)
    with parts.database.reading() as session:
        found = chains(session)
    for chain in found:
        assert not verify(parts.database, chain, vault=parts.vault).faults


def check_statistics(client: TestClient, load: Load) -> None:
    """The clinic's figures are those of what was acknowledged."""
    now = datetime.now(UTC)
    span = {"from": now - timedelta(days=1), "before": now + timedelta(days=1)}
    query = {name: at.isoformat() for name, at in span.items()}
    answer = client.get("/api/v1/statistics", params=query, headers=load.practice.bearer)
    figures = answer.json()
    assert figures["received"] == len(load.told)
    assert figures["by_state"].get("declined", 0) == sum(
        moves == len(MOVES) for moves in load.moved.values()
    )
