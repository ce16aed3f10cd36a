"""Answers that are not of the API: told without what they hold, and nothing is followed."""

import json

import pytest

from client.unreliable import Refusal, Unreliable
from referral.appointments.representations import RequestDetail
from referral.client import Client
from referral.client.errors import UnreadableError
from world import PERSON


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
