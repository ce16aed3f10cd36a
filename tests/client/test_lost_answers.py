"""Moves and what is made anew, where calls or their answers get lost: done, and done once."""

from datetime import datetime, timedelta

import pytest
from pydantic import BaseModel
from starlette.testclient import TestClient

from client.unreliable import LOSE_ANSWER, LOSE_CALL, Refusal, Unreliable
from referral.appointments.representations import RequestDetail
from referral.client import Client
from referral.client.calls import Call, reading
from referral.client.errors import StaleError, UnavailableError
from world import INSIDE_WINDOW, Practice, open_practice, send_request

TIME = datetime.fromisoformat(INSIDE_WINDOW)
AWAY = Refusal(503)


class Anything(BaseModel):
    """An answer of which nothing is asked."""


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
    tried.move(sent, **theirs)  # type: ignore[arg-type] # any move
    between.plan.append(AWAY)

    with pytest.raises(StaleError) as caught:
        tried.move(sent, **ours)  # type: ignore[arg-type] # any move

    assert caught.value.facts == {"version": 2}


def test_a_create_is_repeated_only_under_a_key_that_stays_the_same(
    tried: Client, between: Unreliable, naps: list[float]
) -> None:
    between.plan.extend([AWAY, AWAY, Refusal(200, body=b"{}")])
    with pytest.raises(UnavailableError):
        tried.send(Call("POST", "/things", reading(Anything)))
    assert (len(between.calls), naps) == (1, [])

    tried.send(Call("POST", "/things", reading(Anything), headers={"Idempotency-Key": "k1"}))

    keys = [headers["Idempotency-Key"] for _, _, headers in between.calls[1:]]
    assert keys == ["k1", "k1"]


@pytest.mark.parametrize("failure", [AWAY, LOSE_CALL, LOSE_ANSWER], ids=str)
def test_what_is_made_is_made_once_whatever_is_lost(
    tried_admin: Client, between: Unreliable, sent: RequestDetail, failure: Refusal | str
) -> None:
    for made in (
        lambda: tried_admin.add_chiropractor("Dr. Other"),
        lambda: tried_admin.add_note(sent.id, "Ground floor"),
        lambda: tried_admin.issue_key("report", ["read"]),
    ):
        between.plan.extend([failure] * 2)
        made()

    people = [person.name for person in tried_admin.clinic().chiropractors]
    assert sorted(people) == ["Dr. Made Up", "Dr. Other"]
    assert [note.text for note in tried_admin.notes(sent.id)] == ["Ground floor"]
    assert [key.label for key in tried_admin.staff_keys()].count("report") == 1


@pytest.mark.parametrize("failure", [AWAY, LOSE_CALL, LOSE_ANSWER], ids=str)
def test_a_request_is_given_once_whatever_is_lost(
    tried: Client,
    between: Unreliable,
    sent: RequestDetail,
    *,
    practice: Practice,
    failure: Refusal | str,
) -> None:
    between.plan.extend([failure] * 2)
    given = tried.assign(sent, practice.key_id)
    between.plan.extend([failure] * 2)
    free = tried.assign(given, None)

    assert [(one.assignee, one.version) for one in (given, free)] == [
        (practice.key_id, 2),
        (None, 3),
    ]


def test_what_a_colleague_did_is_not_taken_for_an_assignment(
    tried: Client, between: Unreliable, sent: RequestDetail, practice: Practice
) -> None:
    given = tried.assign(sent, practice.key_id)
    tried.receive(given)

    for key_id in (None, practice.key_id):
        between.plan.append(AWAY)
        with pytest.raises(StaleError):
            tried.assign(given, key_id)


def test_a_key_is_revoked_though_the_answer_was_lost(
    tried_admin: Client, between: Unreliable
) -> None:
    made = tried_admin.issue_key("report")
    between.plan.append(LOSE_ANSWER)

    tried_admin.revoke_key(made.id)

    assert made.id not in [key.id for key in tried_admin.staff_keys()]
