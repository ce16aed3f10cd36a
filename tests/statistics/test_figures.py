"""A clinic's own figures: what counts as an answer, what became of requests and of visits."""

from datetime import timedelta

import pytest
from starlette.testclient import TestClient

from conftest import NOON, Clock
from referral.staff.scopes import Scope
from situations import BY_PHONE, NO, Case, begin, bring, visit_starts, wait
from world import Json, add_key, send_request

STATISTICS = "/api/v1/statistics"
PERIOD = {"from": "2026-12-01T00:00:00Z", "before": "2027-01-01T00:00:00Z"}


def figures(case: Case, **period: str) -> Json:
    """Return the figures of a period for the clinic of a case."""
    answer = case.client.get(STATISTICS, params=PERIOD | period, headers=case.practice.bearer)
    assert answer.status_code == 200, answer.text
    shown: Json = answer.json()
    return shown


def another(case: Case, **changes: object) -> Case:
    """Send one more request to the same clinic."""
    sent = send_request(case.client, case.practice.clinic_id, **changes)
    return Case(case.client, case.clock, case.practice, case.admin, sent)


@pytest.fixture
def case(client: TestClient, clock: Clock) -> Case:
    return begin(client, clock)


def test_of_no_request_there_is_nothing_to_divide(case: Case) -> None:
    shown = figures(case, before="2026-12-01T12:00:00Z")

    assert (shown["received"], shown["by_state"]) == (0, {})
    assert shown["first_answer"] == {"median_hours": None, "ninetieth_percentile_hours": None}
    assert (shown["closure"]["share_answered"], shown["visits"]["share_missed"]) == (None, None)


def test_volume_by_state_by_level_and_by_phone(case: Case) -> None:
    another(case, **BY_PHONE)
    bring(another(case), "declined")
    begin(case.client, case.clock)

    shown = figures(case)

    assert (shown["received"], shown["phone_only"]) == (3, 1)
    assert shown["by_state"] == {"requested": 2, "declined": 1}
    assert shown["by_level"] == {"chiropractor": 3}
    assert (shown["from"], shown["before"]) == tuple(PERIOD.values())


@pytest.mark.parametrize(
    ("moves", "hours"),
    [
        (["receive"], None),
        (["offer"], 2.0),
        (["book"], 2.0),
        (["decline"], 2.0),
        (["receive", "waitlist"], 2.0),
        (["cancel"], None),
    ],
)
def test_the_first_answer_is_a_time_a_place_or_a_no(
    case: Case, moves: list[str], hours: float | None
) -> None:
    case.clock.now += timedelta(hours=2)
    for action in moves:
        assert case.staff(**BODIES.get(action, {}), action=action).status_code == 200

    assert figures(case)["first_answer"]["median_hours"] == hours


BODIES: dict[str, Json] = {
    "offer": {"times": [{"starts_at": "2026-12-04T10:00:00-05:00"}]},
    "book": {"starts_at": "2026-12-03T09:30:00-05:00"},
    "decline": NO,
}


def test_an_answer_that_was_taken_back_was_none_and_only_the_first_one_counts(case: Case) -> None:
    case.clock.now += timedelta(hours=1)
    case.staff("decline", **NO)
    case.staff("undo")
    assert figures(case)["closure"]["open"] == 1
    case.clock.now += timedelta(hours=1)
    case.staff("offer", **BODIES["offer"])
    case.clock.now += timedelta(hours=1)
    case.staff("decline", **NO)

    shown = figures(case)

    assert shown["first_answer"]["median_hours"] == 2.0
    assert shown["closure"]["answered"] == 1


def test_percentiles_are_those_of_the_answered(case: Case) -> None:
    cases = [case, *(another(case) for _ in range(9))]
    another(case)
    for one in cases:
        case.clock.now += timedelta(minutes=30)
        one.staff("decline", **NO)

    assert figures(case)["first_answer"] == {
        "median_hours": 2.5,
        "ninetieth_percentile_hours": 4.5,
    }


def test_what_became_of_requests_adds_up(case: Case) -> None:
    bring(case, "declined")
    bring(another(case), "cancelled")
    bring(another(case), "entered_in_error")
    bring(another(case), "expired")
    case.clock.now = NOON
    another(case)

    assert figures(case)["closure"] == {
        "answered": 1,
        "expired": 1,
        "open": 1,
        "withdrawn": 2,
        "share_answered": 0.2,
    }


def test_missed_visits_among_those_that_were_due(case: Case) -> None:
    missed, came, due, undone = (case, *(another(case) for _ in range(3)))
    another(case).staff("offer", **BODIES["offer"])
    for number, one in enumerate((missed, came, due, undone)):
        start = f"2026-12-03T{9 + number // 2:02}:{30 * (number % 2):02}:00-05:00"
        assert one.staff("book", starts_at=start, minutes=30).status_code == 200
    assert figures(case)["visits"]["due"] == 0
    visit_starts(case)
    case.clock.now += timedelta(hours=3)
    for one, actions in ((missed, ["no_show"]), (came, ["arrive"]), (undone, ["no_show", "undo"])):
        for action in actions:
            assert one.staff(action).status_code == 200

    assert figures(case)["visits"] == {"due": 4, "missed": 1, "share_missed": 0.25}

    # A missed visit counts when the request has moved on by itself.
    wait(days=60)(case)
    assert case.row().state == "cancelled"
    assert figures(case)["visits"]["missed"] == 1


def test_a_period_has_its_first_moment_and_not_its_last(case: Case) -> None:
    sent = "2026-12-01T15:00:00Z"

    assert figures(case, **{"from": sent})["received"] == 1
    assert figures(case, before=sent)["received"] == 0


@pytest.mark.parametrize(
    ("period", "pointer"),
    [
        ({"before": "2026-12-01T00:00:00Z"}, "/query"),
        ({"before": "2027-12-03T00:00:00Z"}, "/query"),
        ({"from": "yesterday"}, "/query/from"),
        ({"until": "2027-01-01T00:00:00Z"}, "/query"),
    ],
)
def test_a_period_that_is_none_is_refused(case: Case, period: dict[str, str], pointer: str) -> None:
    answer = case.client.get(STATISTICS, params=PERIOD | period, headers=case.practice.bearer)

    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, pointer)
    assert answer.json()["errors"][0]["detail"] != "This value cannot be used."


def test_a_key_for_reading_is_enough(case: Case) -> None:
    _, key = add_key(case.client, case.practice.clinic_id, Scope.READ)

    answer = case.client.get(STATISTICS, params=PERIOD, headers={"Authorization": f"Bearer {key}"})

    assert answer.json()["received"] == 1
