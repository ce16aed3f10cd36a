"""What the client does when the service fails: again where that is safe, and never twice."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from pydantic import BaseModel
from starlette.testclient import TestClient

from client.unreliable import LOSE_ANSWER, LOSE_CALL, Refusal, Unreliable
from conftest import Clock
from referral.appointments.representations import RequestDetail
from referral.client import NEVER, Client, Retries
from referral.client.calls import Call, reading
from referral.client.errors import (
    NoAnswerError,
    ProblemError,
    StaleError,
    TooManyError,
    UnavailableError,
    UnreadableError,
)
from world import INSIDE_WINDOW, PERSON, Practice, house, open_practice, send_request

TIME = datetime.fromisoformat(INSIDE_WINDOW)
AWAY = Refusal(503)
NOW = datetime(2026, 12, 1, 15, tzinfo=UTC)


class Naps(list[float]):
    """The waits that the client was told to make."""

    def __call__(self, seconds: float) -> None:
        self.append(seconds)


class Anything(BaseModel):
    """An answer of which nothing is asked."""


@pytest.fixture
def naps() -> Naps:
    return Naps()


@pytest.fixture
def tried(between: Unreliable, practice: Practice, naps: Naps) -> Iterator[Client]:
    """The client under test, behind a server that fails as it is told to."""
    with Client(between.address, practice.key, sleep=naps) as tried:
        yield tried


@pytest.fixture
def sent(client: TestClient, tried: Client, practice: Practice) -> RequestDetail:
    """A request as the client under test has read it."""
    return tried.get(send_request(client, practice.clinic_id)["id"])


@pytest.mark.parametrize(
    "failure",
    [LOSE_CALL, LOSE_ANSWER, Refusal(429), Refusal(502), AWAY, Refusal(504)],
    ids=str,
)
def test_what_passes_is_tried_again(
    tried: Client, between: Unreliable, naps: Naps, failure: Refusal | str
) -> None:
    between.plan.extend([failure, failure])

    assert tried.clinic().name == "Fictional Spine"

    assert between.made == ["GET /api/v1/clinic"] * 3
    assert 0.25 <= naps[0] <= 0.5 <= naps[1] <= 1.0


@pytest.mark.parametrize("status", [400, 401, 403, 404, 405, 409, 422, 500, 501])
def test_what_does_not_pass_is_not_tried_again(
    tried: Client, between: Unreliable, naps: Naps, status: int
) -> None:
    between.plan.append(Refusal(status, body=b"<html>"))

    with pytest.raises(ProblemError) as caught:
        tried.clinic()

    assert (caught.value.status, len(between.calls), naps) == (status, 1, [])


def test_tries_are_bounded_in_number_and_the_last_error_is_told(
    tried: Client, between: Unreliable, naps: Naps
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
    ],
    ids=str,
)
def test_the_wait_that_the_service_asks_for_is_kept(
    tried: Client, between: Unreliable, naps: Naps, *, headers: dict[str, str], seconds: float
) -> None:
    # The service's clock counts, not that of this machine.
    between.plan.append(Refusal(429, {"Date": format_datetime(NOW, usegmt=True), **headers}))

    tried.clinic()

    (nap,) = naps
    assert nap == pytest.approx(seconds + 0.375, abs=0.126)


def test_a_key_without_calls_waits_as_told_and_is_let_in(
    client: TestClient, between: Unreliable, practice: Practice, clock: Clock
) -> None:
    naps = Naps()

    def sleep(seconds: float) -> None:
        naps(seconds)
        clock.now += timedelta(seconds=seconds)

    for _ in range(house(client).settings.key_calls_per_minute):
        house(client).key_calls.take(practice.key_id.bytes, now=clock.now)
    with Client(between.address, practice.key, sleep=sleep) as tried:
        assert tried.clinic().name == "Fictional Spine"

    assert between.made == ["GET /api/v1/clinic"] * 2
    (nap,) = naps
    assert nap == pytest.approx(1.375, abs=0.126)


def test_a_wait_that_takes_too_long_is_not_begun(
    tried: Client, between: Unreliable, naps: Naps
) -> None:
    between.plan.append(Refusal(429, {"Retry-After": "30"}))

    with pytest.raises(TooManyError) as caught:
        tried.clinic()

    assert (naps, caught.value.retry_after) == ([], 30)


def test_time_bounds_the_tries_too(between: Unreliable, practice: Practice, naps: Naps) -> None:
    between.plan.extend([AWAY] * 9)
    retries = Retries(count=9, seconds=0)

    with (
        Client(between.address, practice.key, retries=retries, sleep=naps) as tried,
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


@pytest.mark.parametrize("failure", [AWAY, LOSE_CALL, LOSE_ANSWER], ids=str)
def test_a_move_is_made_once_whatever_is_lost(
    tried: Client, between: Unreliable, sent: RequestDetail, failure: Refusal | str
) -> None:
    between.plan.extend([failure] * 2)

    offered = tried.offer(sent, [TIME, TIME + timedelta(hours=1)])

    assert (offered.state, offered.version, len(offered.offered_times)) == ("offered", 2, 2)
    assert [item.kind for item in offered.history][1:] == ["appointment.offered"]


@pytest.mark.parametrize(
    ("action", "fields"),
    [
        ("receive", {}),
        ("book", {"starts_at": TIME}),
        ("decline", {"reason": "age", "next_step": "see_doctor", "message": "Sorry"}),
    ],
)
def test_a_move_whose_answer_was_lost_returns_what_it_did(
    tried: Client,
    between: Unreliable,
    sent: RequestDetail,
    *,
    action: str,
    fields: dict[str, object],
) -> None:
    between.plan.append(LOSE_ANSWER)

    after = tried.move(sent, action, **fields)

    assert after.version == 2
    assert after == tried.get(sent.id)


def test_a_no_that_was_sent_on_by_itself_is_known_again(
    client: TestClient, tried: Client, between: Unreliable, practice: Practice
) -> None:
    other = open_practice(client)
    sent = send_request(client, practice.clinic_id, also_ask=[str(other.clinic_id)])
    request = tried.get(sent["id"])
    between.plan.append(LOSE_ANSWER)

    after = tried.decline(request, "no_capacity", "other_clinic")

    assert (after.state, after.version) == ("declined", 3)


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ({"action": "receive"}, {"action": "cancel"}),
        (
            {"action": "book", "starts_at": INSIDE_WINDOW},
            {"action": "book", "starts_at": TIME + timedelta(minutes=30)},
        ),
        (
            {"action": "decline", "reason": "age", "next_step": "self_care"},
            {"action": "decline", "reason": "age", "next_step": "see_doctor"},
        ),
    ],
    ids=["another move", "another time", "another next step"],
)
def test_a_colleagues_move_is_not_taken_for_ones_own(
    tried: Client,
    between: Unreliable,
    sent: RequestDetail,
    *,
    theirs: dict[str, object],
    ours: dict[str, object],
) -> None:
    tried.move(sent, **theirs)  # type: ignore[arg-type]
    between.plan.append(AWAY)

    with pytest.raises(StaleError) as caught:
        tried.move(sent, **ours)  # type: ignore[arg-type]

    assert caught.value.facts == {"version": 2}


def test_a_create_is_repeated_only_under_a_key_that_stays_the_same(
    tried: Client, between: Unreliable, naps: Naps
) -> None:
    between.plan.extend([AWAY, AWAY, Refusal(200, body=b"{}")])
    with pytest.raises(UnavailableError):
        tried.send(Call("POST", "/things", reading(Anything)))
    assert (len(between.calls), naps) == (1, [])

    tried.send(Call("POST", "/things", reading(Anything), headers={"Idempotency-Key": "k1"}))

    keys = [headers["Idempotency-Key"] for _, _, headers in between.calls[1:]]
    assert keys == ["k1", "k1"]


def test_adding_a_person_is_never_repeated(tried: Client, between: Unreliable, naps: Naps) -> None:
    between.plan.append(AWAY)
    with pytest.raises(UnavailableError):
        tried.add_chiropractor("Dr. Other")
    assert (len(between.calls), naps) == (1, [])


@pytest.mark.parametrize(
    "answer",
    [
        Refusal(200, body=b"<html>Please log in to this network</html>"),
        Refusal(307, {"Location": "https://elsewhere.example/"}),
    ],
    ids=["no JSON", "a redirect"],
)
def test_an_answer_that_is_not_of_the_api_is_told_and_nothing_is_followed(
    tried: Client, between: Unreliable, answer: Refusal
) -> None:
    between.plan.append(answer)
    with pytest.raises(UnreadableError):
        tried.clinic()
    assert len(between.calls) == 1


def test_an_answer_that_cannot_be_read_shows_no_values(
    tried: Client, between: Unreliable, sent: RequestDetail
) -> None:
    whole = sent.model_dump(mode="json")
    whole["person"]["note"] = None
    between.plan.append(Refusal(200, body=json.dumps(whole).encode()))

    with pytest.raises(UnreadableError) as caught:
        tried.get(sent.id)

    assert str(caught.value) == "The answer is not a RequestDetail: person.note."
    assert caught.value.__context__ is None
    assert PERSON["name"] not in repr(caught.value)


def test_the_key_goes_to_no_other_address(tried: Client, between: Unreliable) -> None:
    page = b'{"items": [], "next": "x"}'
    link = '<http://elsewhere.example/api/v1/requests?cursor=x>; rel="next"'
    between.plan.append(Refusal(200, {"Link": link}, page))

    with pytest.raises(UnreadableError):
        list(tried.requests())
