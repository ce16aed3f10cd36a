"""Every action by every actor in every situation, at the real doors."""

import pytest
from starlette.testclient import TestClient

from conftest import NOON, Clock
from referral.appointments.life import moves
from referral.appointments.states import Action, Actor, State
from referral.errors import ConflictError
from situations import BY_PHONE, FOLLOWED, Case, begin, body, bring
from world import Json

AT_THE_PATIENTS_DOOR = {
    Action.ACCEPT,
    Action.REFUSE,
    Action.ASK_MOVE,
    Action.ASK_AGAIN,
    Action.STOP_NOTICES,
    Action.SEND_ON,
    Action.CANCEL,
}
BY_TIME = {Action.LAPSE, Action.EXPIRE}
AT_THE_STAFF_DOOR = (set(Action) - AT_THE_PATIENTS_DOOR - BY_TIME) | {Action.CANCEL}
DOORS = {
    Actor.PATIENT: AT_THE_PATIENTS_DOOR,
    Actor.STAFF: AT_THE_STAFF_DOOR,
    Actor.ADMIN: AT_THE_STAFF_DOOR,
    Actor.SYSTEM: set(Action),
}
Answer = tuple[int, Json]


def allowed(case: Case, actor: Actor) -> list[str]:
    """Return what the answer to this actor lists as available."""
    if actor is Actor.PATIENT:
        return list(case.seen()["available_actions"])
    if actor is Actor.SYSTEM:
        return [str(action) for action in moves.actions(case.row(), case.system)]
    return list(case.detail(by_admin=actor is Actor.ADMIN)["available_actions"])


def attempt(case: Case, actor: Actor, step: Json) -> Answer:
    """Make the move at the actor's door and return status and answer."""
    if actor is Actor.SYSTEM:
        try:
            case.by_itself(step)
        except ConflictError as error:
            return error.status, {"code": error.reason, **error.facts}
        return 200, {}
    door = {Actor.PATIENT: case.patient, Actor.STAFF: case.staff, Actor.ADMIN: case.by_admin}
    answer = door[actor](**step)
    return answer.status_code, answer.json()


def fresh(client: TestClient, clock: Clock, situation: str, **changes: object) -> Case:
    """Return a new request in `situation`."""
    clock.now = NOON
    case = begin(client, clock, **changes)
    bring(case, situation)
    return case


def check_refusals(case: Case, actor: Actor) -> int:
    """Try all that is not available: refused, with the reason, and nothing changes."""
    listed, before, state = allowed(case, actor), case.trace(), case.row().state
    refused = [action for action in Action if action not in listed]
    for action in refused:
        status, answer = attempt(case, actor, body(case, action))
        if action in DOORS[actor]:
            assert (status, answer["code"]) == (409, "move-not-allowed"), (actor, action, answer)
            assert (answer["state"], answer["available_actions"]) == (state, listed)
        else:
            # A door does not know the moves of the other side.
            assert status == 422, (actor, action, answer)
        assert case.trace() == before, (actor, action)
    return len(refused)


def check_permission(case: Case, actor: Actor, action: str) -> None:
    """Make a move that is available: it works, raises the version and leaves one event."""
    before = case.row()
    status, answer = attempt(case, actor, body(case, action))
    assert status == 200, (actor, action, answer)
    after = case.row()
    assert after.version == before.version + 1
    (events,) = case.ask("SELECT count(*) FROM events WHERE appointment_id = :id")
    assert events >= after.version
    assert (after.undo is not None) == (actor in {Actor.STAFF, Actor.ADMIN} and action != "undo")


# All on SQLite; on PostgreSQL those where times are held, freed or taken back.
ON_POSTGRESQL = ("requested", "offered", "booked, another time on offer", "no_show", "declined")
PLACES = [
    *(("sqlite", situation) for situation in FOLLOWED),
    *(("postgresql", situation) for situation in ON_POSTGRESQL),
]


@pytest.mark.parametrize(("database_url", "situation"), PLACES, indirect=["database_url"])
def test_a_move_works_exactly_where_it_is_listed(
    client: TestClient, clock: Clock, situation: str
) -> None:
    case = fresh(client, clock, situation)
    listed = {actor: allowed(case, actor) for actor in Actor}
    refused = sum(check_refusals(case, actor) for actor in Actor)
    made = 0
    for actor, actions in listed.items():
        for action in actions:
            check_permission(fresh(client, clock, situation), actor, action)
            made += 1

    assert situation.startswith(case.row().state)
    assert refused + made == len(Action) * len(Actor)


@pytest.mark.parametrize("situation", ["received", "booked, started", "declined", "expired"])
def test_the_call_that_is_owed_can_be_noted(
    client: TestClient, clock: Clock, situation: str
) -> None:
    case = fresh(client, clock, situation, **BY_PHONE)
    assert "called" in allowed(case, Actor.STAFF)

    assert case.staff("called").status_code == 200

    assert "called" not in allowed(case, Actor.STAFF)
    assert case.staff("called").status_code == 409


def test_the_situations_cover_every_state() -> None:
    assert {situation.partition(",")[0].split()[0] for situation in FOLLOWED} == set(State)
