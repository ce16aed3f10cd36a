"""What is forgotten by itself: when, how much of it at a time, and found by which index."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlmodel import Session, select
from starlette.testclient import TestClient

from conftest import Clock
from plans import Sent, listening, read_whole
from referral.appointments.life import retention
from referral.appointments.life.movers import SENT_ON_WITHIN
from referral.appointments.models import Appointment
from referral.settings import Settings
from referral.symptoms.models import AssessmentRow
from situations import begin, bring
from stories import worker_of
from world import MILD, assess, count, house, send_request

A_MINUTE, A_DAY = timedelta(minutes=1), timedelta(days=1)


def assessments(session: Session) -> dict[UUID, bool]:
    """Return what is kept, and whether it is known as used."""
    return dict(session.exec(select(AssessmentRow.id, AssessmentRow.is_used)).all())


def test_an_assessment_that_nobody_used_goes_after_a_day_and_each_is_looked_at_once(
    client: TestClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "LOOKED_AT", 2)
    case, database = begin(client, clock), house(client).database
    unused = [UUID(assess(client)) for _ in range(3)]
    once, body = {"Idempotency-Key": "once"}, {"answers": MILD}
    unused.append(UUID(client.post("/api/v1/assessments", json=body, headers=once).json()["id"]))
    clock.now += A_DAY
    assess(client)
    worker = worker_of(client, None)

    assert worker.round()
    with database.reading() as session:
        assert set(unused) <= assessments(session).keys()
    clock.now += A_MINUTE
    worker._forgot_at = None
    assert worker.round()

    with database.reading() as session:
        left = assessments(session)
        assert (left[case.row().assessment_id], sorted(left.values())) == (True, [False, True])
        assert retention.forget_unused(session, now=clock.now) == 0
    # What was answered goes with it, although calls may be sent again for two days.
    assert count(database, "repeats") == 0


def test_what_is_over_is_erased_when_its_time_has_come_and_what_lives_is_not(
    client: TestClient, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "ERASED_AT_ONCE", 1)
    case = begin(client, clock)
    bring(case, "cancelled")
    clock.now += A_MINUTE
    second = begin(client, clock)
    bring(second, "declined")
    alive = UUID(send_request(client, case.practice.clinic_id)["id"])
    worker = worker_of(client, None, ended_requests_kept_days=20)
    ended = []
    for pause in (20 * A_DAY - A_MINUTE, A_MINUTE, A_MINUTE, A_MINUTE):
        clock.now += pause
        worker._erase_ended()
        ended.append([each.row().wrapped_key is None for each in (case, second)])

    assert ended == [[False, False], [True, False], [True, True], [True, True]]
    with house(client).database.reading() as session:
        assert session.get_one(Appointment, alive).wrapped_key is not None
    assert case.notices() == []
    assert case.detail()["history"][-1]["actor"] == "system"


def test_a_request_that_may_still_be_sent_on_is_never_erased_by_itself() -> None:
    (least,) = (rule.ge for rule in Settings.model_fields["ended_requests_kept_days"].metadata[:1])
    assert timedelta(days=least) >= SENT_ON_WITHIN


def test_what_is_due_is_found_by_an_index_of_what_may_be(client: TestClient, clock: Clock) -> None:
    """Neither erased requests nor assessments that are known as used are read again."""
    bring(begin(client, clock), "cancelled")
    database, seen = house(client).database, list[Sent]()
    with listening(database, seen), database.unit_of_work() as session:
        retention.ended_before(session, clock.now)
        retention.forget_unused(session, now=clock.now + 2 * A_DAY)
    assert read_whole(database, seen) == set()
    if database.in_process:
        with database.engine.connect() as connection:
            plans = [
                row.detail
                for statement, given in (seen[0], seen[1])
                for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", given)
            ]
        assert plans == [
            "SEARCH appointments USING INDEX ix_appointments_ended (since<?)",
            "SEARCH assessments USING INDEX ix_assessments_not_known_as_used (created_at<?)",
        ]
