"""Whose time a visit takes: the named chiropractor's, a free one's, or the clinic's own."""

from collections.abc import Callable

import pytest
from starlette.testclient import TestClient

from conftest import Clock
from referral.clinics.models import Chiropractor
from situations import Case, begin
from world import INSIDE_WINDOW, Json, house, send_request

Another = Callable[[], Case]
AT: Json = {"starts_at": INSIDE_WINDOW}
LATER: Json = {"starts_at": "2026-12-03T10:30:00-05:00"}


@pytest.fixture
def another(client: TestClient, clock: Clock) -> Another:
    """Return what brings one more request to the same clinic."""
    first = begin(client, clock)

    def bring_one() -> Case:
        sent = send_request(client, first.practice.clinic_id)
        return Case(client, clock, first.practice, first.admin, sent)

    return bring_one


def joins(case: Case, name: str) -> str:
    """Store one more chiropractor of the clinic, and return the id."""
    with house(case.client).database.unit_of_work() as session:
        person = Chiropractor(clinic_id=case.practice.clinic_id, name=name)
        session.add(person)
        session.flush()
        return str(person.id)


def leaves(case: Case) -> int:
    """Have the clinic's chiropractor removed, and return the status."""
    path = f"/api/v1/clinic/chiropractors/{case.practice.chiropractor_id}"
    return case.client.delete(path, headers=case.admin.bearer).status_code


def with_whom(case: Case) -> str | None:
    whom: str | None = case.detail()["chiropractor_id"]
    return whom


def test_an_unnamed_visit_is_with_the_first_who_is_free(another: Another) -> None:
    cases = [another() for _ in range(3)]
    late = joins(cases[0], "Dr. Zeta")

    statuses = [case.staff("book", **AT).status_code for case in cases]

    assert statuses == [200, 200, 409]
    first = str(cases[0].practice.chiropractor_id)
    assert [with_whom(case) for case in cases] == [first, late, None]


def test_a_visit_that_moves_stays_with_its_chiropractor(another: Another) -> None:
    mine, other = another(), another()
    late = joins(mine, "Dr. Zeta")
    mine.staff("book", **AT, chiropractor_id=late)
    other.staff("book", **LATER, chiropractor_id=late)

    refused, moved = mine.staff("move", **LATER), mine.staff("move", starts_at=AT["starts_at"])

    assert (refused.status_code, moved.status_code) == (409, 200)
    assert with_whom(mine) == late


def test_who_comes_first_to_a_clinic_takes_over_its_visits(another: Another) -> None:
    old, new, later = another(), another(), another()
    assert leaves(old) == 204
    assert old.staff("book", **AT).status_code == 200

    first = joins(old, "Dr. First")

    assert new.staff("book", **AT).status_code == 409
    assert new.staff("book", **LATER).status_code == 200
    joins(old, "Dr. Second")
    assert later.staff("book", **AT).status_code == 200
    remove = f"/api/v1/clinic/chiropractors/{first}"
    assert old.client.delete(remove, headers=old.admin.bearer).status_code == 409


def test_a_visit_from_then_does_not_come_back_into_a_time_that_is_taken(
    another: Another,
) -> None:
    old, new = another(), another()
    assert leaves(old) == 204
    old.staff("book", **AT)
    assert old.staff("cancel").status_code == 200
    joins(old, "Dr. First")
    assert new.staff("book", **AT).status_code == 200

    answer = old.staff("undo")

    assert (answer.status_code, answer.json()["code"]) == (409, "time-taken")
    assert old.detail()["state"] == "cancelled"


def test_another_time_for_a_booked_visit_is_with_its_own_chiropractor(another: Another) -> None:
    case, by_name = another(), another()
    own = joins(case, "Dr. Zeta")
    for each in (case, by_name):
        start = {"starts_at": INSIDE_WINDOW} if each is case else LATER
        assert each.staff("book", **start, chiropractor_id=own).status_code == 200
    named = {"starts_at": "2026-12-04T11:00:00-05:00"}
    first = str(case.practice.chiropractor_id)

    case.staff("offer", times=[{"starts_at": "2026-12-04T10:00:00-05:00"}])
    by_name.staff("offer", times=[{**named, "chiropractor_id": first}])

    assert [time["chiropractor_id"] for time in case.detail()["offered_times"]] == [own]
    assert [time["chiropractor_id"] for time in by_name.detail()["offered_times"]] == [first]
