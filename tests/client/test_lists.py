"""Lists through the client: requests by their filters, a person's requests, events."""

from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from hearing import happen
from referral.appointments.states import State
from referral.client import Client
from world import INSIDE_WINDOW, Practice, send_request

TIME = datetime.fromisoformat(INSIDE_WINDOW)


def test_it_lists_every_request_over_all_pages(
    client: TestClient, staff: Client, practice: Practice
) -> None:
    sent = [send_request(client, practice.clinic_id)["id"] for _ in range(5)]

    listed = [str(row.id) for row in staff.requests(limit=2)]

    assert sorted(listed) == sorted(sent)


def test_filters_are_what_the_api_takes(
    client: TestClient, staff: Client, practice: Practice
) -> None:
    first, second = (send_request(client, practice.clinic_id)["id"] for _ in range(2))
    staff.receive(staff.get(first))

    def ids(**filters: object) -> set[str]:
        return {str(row.id) for row in staff.requests(**filters)}  # type: ignore[arg-type] # any filter

    assert ids(state="received") == {first}
    assert ids(state=["received", "requested"], needs="answer") == {first, second}
    assert ids(overdue=True) == set()
    assert ids(level=["chiropractor"], chiropractor_id=None) == {first, second}
    assert ids(created_before=TIME - timedelta(days=30)) == set()
    assert ids(reference=staff.get(second).reference.lower()) == {second}
    staff.assign(staff.get(first), practice.key_id)
    assert ids(assignee=practice.key_id) == {first}
    assert ids(assignee="nobody") == {second}


def test_rows_come_in_another_order_and_with_only_what_is_needed(
    client: TestClient, staff: Client, practice: Practice, clock: Clock
) -> None:
    sent = []
    for _ in range(3):
        sent.append(send_request(client, practice.clinic_id)["id"])
        clock.now += timedelta(minutes=1)

    rows = [*staff.requests(sort="created_at", fields=["answer_by", "state"], limit=2)]

    assert [str(row.id) for row in rows] == sent
    assert isinstance(rows[0].answer_by, datetime)
    assert rows[0].state is State.REQUESTED
    with pytest.raises(AttributeError):
        _ = rows[0].version


def test_a_persons_requests_are_found_over_all_pages(
    client: TestClient, staff: Client, practice: Practice
) -> None:
    for _ in range(3):
        send_request(client, practice.clinic_id)
    send_request(client, practice.clinic_id, email="other@example.com", phone=None)

    by_email = [*staff.search("Quillon.Zebrowski@Example.com", limit=2)]
    by_phone = [*staff.search("(212) 555-0142", state="requested", fields="reference", limit=2)]

    assert len(by_email) == 3
    assert [row.reference for row in by_phone] == [row.reference for row in by_email]
    assert [*staff.search("other@example.com", level=["self-care"])] == []


def test_events_are_read_over_all_pages(
    client: TestClient, staff: Client, practice: Practice
) -> None:
    for _ in range(3):
        staff.receive(staff.get(send_request(client, practice.clinic_id)["id"]))

    numbers = [event.number for event in staff.events(after=1, limit=2)]

    assert numbers == [2, 3, 4, 5, 6]


def test_the_newest_event_is_known_at_once(
    client: TestClient, staff: Client, practice: Practice
) -> None:
    assert staff.newest_event() == 0
    happen(client, practice.clinic_id, 13)
    assert staff.newest_event() == 13
