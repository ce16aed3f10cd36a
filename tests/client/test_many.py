"""Many moves in one call through the client: what became of each, and none made twice."""

from datetime import datetime, timedelta

import pytest
from starlette.testclient import TestClient

from client.unreliable import LOSE_ANSWER, LOSE_CALL, Refusal, Unreliable
from referral.appointments.representations import RequestDetail
from referral.client import Client, Step
from referral.client.errors import ConflictError, InvalidError, StaleError
from world import INSIDE_WINDOW, Practice, send_request

TIME = datetime.fromisoformat(INSIDE_WINDOW)


@pytest.fixture
def three(client: TestClient, tried: Client, practice: Practice) -> list[RequestDetail]:
    return [tried.get(send_request(client, practice.clinic_id)["id"]) for _ in range(3)]


def test_each_move_stands_by_itself(tried: Client, three: list[RequestDetail]) -> None:
    first, second, third = three
    no = {"reason": "no_capacity", "next_step": "other_clinic"}

    outcomes = tried.move_many(
        [Step(first, "decline", no), Step(second, "complete"), Step(third, "receive")]
    )

    assert [one.id for one in outcomes] == [one.id for one in three]
    states = [one.request and one.request.state for one in outcomes]
    assert states == ["declined", None, "received"]
    refused = outcomes[1].error
    assert isinstance(refused, ConflictError)
    assert refused.available_actions == tuple(second.available_actions)


@pytest.mark.parametrize("failure", [LOSE_ANSWER, LOSE_CALL, Refusal(503)], ids=str)
def test_moves_are_made_once_and_told_whatever_is_lost(
    tried: Client, between: Unreliable, three: list[RequestDetail], failure: Refusal | str
) -> None:
    first, second, third = three
    tried.cancel(second)
    between.plan.extend([failure] * 2)

    outcomes = tried.move_many(
        [Step(first, "receive"), Step(second, "receive"), Step(third, "offer", {"times": [at()]})]
    )

    assert [one.request and one.request.state for one in outcomes] == ["received", None, "offered"]
    assert isinstance(outcomes[1].error, StaleError)
    assert [tried.get(one.id).version for one in three] == [2, 2, 2]


def test_what_changed_before_the_first_try_is_not_looked_into(
    tried: Client, between: Unreliable, three: list[RequestDetail]
) -> None:
    tried.receive(three[0])
    between.calls.clear()

    (outcome,) = tried.move_many([Step(three[0], "receive")])

    assert isinstance(outcome.error, StaleError)
    assert between.made == ["POST /api/v1/requests/moves"]


def test_a_call_that_is_not_whole_moves_nothing(tried: Client, three: list[RequestDetail]) -> None:
    with pytest.raises(InvalidError):
        tried.move_many([Step(three[0], "receive"), Step(three[0], "cancel")])

    assert tried.get(three[0].id).version == 1


def at() -> dict[str, object]:
    return {"starts_at": TIME + timedelta(hours=1)}
