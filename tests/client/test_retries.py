"""What the client does when the service fails: again where that is safe, and never twice."""

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from starlette.testclient import TestClient

from client.unreliable import LOSE_ANSWER, LOSE_CALL, Refusal, Unreliable
from conftest import Clock
from referral.client import NEVER, Client, Retries
from referral.client.errors import (
    NoAnswerError,
    ProblemError,
    TooManyError,
    UnavailableError,
)
from world import INSIDE_WINDOW, Practice, house

TIME = datetime.fromisoformat(INSIDE_WINDOW)
AWAY = Refusal(503)
NOW = datetime(2026, 12, 1, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    "failure",
    [LOSE_CALL, LOSE_ANSWER, Refusal(429), Refusal(502), AWAY, Refusal(504)],
    ids=str,
)
def test_what_passes_is_tried_again(
    tried: Client, between: Unreliable, naps: list[float], failure: Refusal | str
) -> None:
    between.plan.extend([failure, failure])

    assert tried.clinic().name == "Fictional Spine"

    assert between.made == ["GET /api/v1/clinic"] * 3
    assert 0.25 <= naps[0] <= 0.5 <= naps[1] <= 1.0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 422, 500, 501])
def test_what_does_not_pass_is_not_tried_again(
    tried: Client, between: Unreliable, naps: list[float], status: int
) -> None:
    between.plan.append(Refusal(status, body=b"<html>"))

    with pytest.raises(ProblemError) as caught:
        tried.clinic()

    assert (caught.value.status, len(between.calls), naps) == (status, 1, [])


def test_tries_are_bounded_in_number_and_the_last_error_is_told(
    tried: Client, between: Unreliable, naps: list[float]
) -> None:
    between.plan.extend([AWAY] * 9)

    with pytest.raises(UnavailableError):
        tried.clinic()

    assert (len(between.calls), len(naps)) == (5, 4)


def test_without_retries_there_is_one_try(between: Unreliable, practice: Practice) -> None:
    between.plan.append(AWAY)
    with (
        Client(between.address, practice.key, retries=NEVER) as once,
        pytest.raises(UnavailableError),
    ):
        once.clinic()
    assert len(between.calls) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": format_datetime(NOW + timedelta(seconds=9), usegmt=True)}, 9),
        ({"Retry-After": format_datetime(NOW - timedelta(days=9), usegmt=True)}, 0),
        ({"Retry-After": "soon"}, 0),
        ({"Retry-After": "Tue, 01 Dec 99999999999999999999 00:00:00 GMT"}, 0),
    ],
    ids=str,
)
def test_the_wait_that_the_service_asks_for_is_kept(
    tried: Client,
    between: Unreliable,
    naps: list[float],
    *,
    headers: dict[str, str],
    seconds: float,
) -> None:
    # The service's clock counts, not that of this machine.
    between.plan.append(Refusal(429, {"Date": format_datetime(NOW, usegmt=True), **headers}))

    tried.clinic()

    (nap,) = naps
    assert nap == pytest.approx(seconds + 0.375, abs=0.126)


def test_a_key_without_calls_waits_as_told_and_is_let_in(
    client: TestClient, between: Unreliable, practice: Practice, clock: Clock
) -> None:
    naps: list[float] = []

    def sleep(seconds: float) -> None:
        naps.append(seconds)
        clock.now += timedelta(seconds=seconds)

    for _ in range(house(client).settings.key_calls_per_minute):
        house(client).key_calls.take(practice.key_id.bytes, now=clock.now)
    with Client(between.address, practice.key, sleep=sleep) as tried:
        assert tried.clinic().name == "Fictional Spine"

    assert between.made == ["GET /api/v1/clinic"] * 2
    (nap,) = naps
    assert nap == pytest.approx(1.375, abs=0.126)


def test_a_wait_that_takes_too_long_is_not_begun(
    tried: Client, between: Unreliable, naps: list[float]
) -> None:
    between.plan.append(Refusal(429, {"Retry-After": "30"}))

    with pytest.raises(TooManyError) as caught:
        tried.clinic()

    assert (naps, caught.value.retry_after) == ([], 30)


def test_time_bounds_the_tries_too(
    between: Unreliable, practice: Practice, naps: list[float]
) -> None:
    between.plan.extend([AWAY] * 9)
    retries = Retries(count=9, seconds=0)

    with (
        Client(between.address, practice.key, retries=retries, sleep=naps.append) as tried,
        pytest.raises(UnavailableError),
    ):
        tried.clinic()

    assert (len(between.calls), naps) == (1, [])


def test_nobody_there_is_an_error_without_an_address() -> None:
    with (
        Client("http://127.0.0.1:9", "rk_x", retries=NEVER) as alone,
        pytest.raises(NoAnswerError) as caught,
    ):
        alone.get("00000000-0000-0000-0000-000000000000")
    assert str(caught.value) == "The service did not answer (ConnectError)."
