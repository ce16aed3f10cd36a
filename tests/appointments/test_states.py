"""The table of moves against one written out by hand, for every combination there is."""

from itertools import combinations

import pytest

from referral.appointments.states import (
    ENDS,
    LIVE,
    Action,
    Actor,
    Fact,
    Facts,
    State,
    available,
    target,
)

# Who, from where: what, where to (`-` stays, `<` goes back), and what must hold or, with `!`, not.
BY_HAND = """
staff requested: receive received
staff requested: offer offered
staff requested: book booked
staff requested: decline declined
staff requested: cancel cancelled
patient requested: cancel cancelled !started
system requested: expire expired
staff received: offer offered
staff received: book booked
staff received: waitlist waitlisted
staff received: decline declined
staff received: cancel cancelled
patient received: cancel cancelled !started
system received: expire expired
staff offered: decline declined
staff offered: cancel cancelled
patient offered: accept booked times_offered
patient offered: refuse received
patient offered: cancel cancelled !started
system offered: lapse received
staff waitlisted: offer offered
staff waitlisted: decline declined
staff waitlisted: cancel cancelled
patient waitlisted: stop_notices - notices_on
patient waitlisted: cancel cancelled !started
system waitlisted: expire expired
staff booked: offer - !started
staff booked: move - !started
staff booked: release received !started
staff booked: arrive arrived started
staff booked: complete completed started
staff booked: no_show no_show started
staff booked: cancel cancelled
patient booked: accept - times_offered !started
patient booked: refuse - times_offered !started
patient booked: ask_move - !started
patient booked: cancel cancelled !started
system booked: lapse -
system booked: complete completed started
staff arrived: complete completed started
system arrived: complete completed started
staff no_show: offer offered
staff no_show: cancel cancelled
patient no_show: ask_again received
system no_show: cancel cancelled
patient declined: send_on - hops_left
system declined: send_on - hops_left
patient expired: send_on - hops_left
system expired: send_on - hops_left
patient cancelled: send_on - hops_left
system cancelled: send_on - hops_left
admin requested: enter_in_error entered_in_error
admin received: enter_in_error entered_in_error
admin offered: enter_in_error entered_in_error
admin waitlisted: enter_in_error entered_in_error
admin booked: enter_in_error entered_in_error
admin arrived: enter_in_error entered_in_error
admin no_show: enter_in_error entered_in_error
"""
ALWAYS = """
staff {state}: called - call_due
staff {state}: undo < undoable
"""
FACTS: tuple[Facts, ...] = tuple(
    frozenset(chosen) for size in range(len(Fact) + 1) for chosen in combinations(Fact, size)
)

Lines = dict[tuple[str, str, str], tuple[str, frozenset[str], frozenset[str]]]


def by_hand() -> Lines:
    """Read the lines above; an admin has those of staff too."""
    everywhere = "".join(ALWAYS.format(state=state) for state in State)
    lines: Lines = {}
    for line in filter(None, (BY_HAND + everywhere).splitlines()):
        place, _, move = line.partition(": ")
        actor, state = place.split()
        action, to, *conditions = move.split()
        bars = frozenset(fact.removeprefix("!") for fact in conditions if fact.startswith("!"))
        needs = frozenset(fact for fact in conditions if not fact.startswith("!"))
        for who in (actor, "admin") if actor == "staff" else (actor,):
            assert (state, action, who) not in lines
            lines[state, action, who] = (to, needs, bars)
    return lines


def expected(lines: Lines, state: State, action: Action, actor: Actor, facts: Facts) -> str | None:  # noqa: PLR0917 - the four axes of the table
    """Return where the hand-written table leads, or None where it forbids the move."""
    to, needs, bars = lines.get((state, action, actor), ("", frozenset(["never"]), frozenset()))
    return to if needs <= facts and not bars & facts else None


def found(state: State, action: Action, actor: Actor, facts: Facts) -> str | None:
    """Return where the program's table leads, in the words of the hand-written one."""
    move = target(state, action, actor, facts)
    if move is None:
        return None
    if action is Action.UNDO:
        return "<"
    return move.to or "-"


@pytest.mark.parametrize("state", State)
def test_the_table_is_the_one_written_by_hand(state: State) -> None:
    lines, tried = by_hand(), 0
    for facts in FACTS:
        for actor in Actor:
            allowed = {
                action
                for action in Action
                if expected(lines, state, action, actor, facts) is not None
            }
            assert set(available(state, actor, facts)) == allowed, (actor, facts)
            assert len(available(state, actor, facts)) == len(allowed)
            for action in Action:
                wanted = expected(lines, state, action, actor, facts)
                assert found(state, action, actor, facts) == wanted, (action, actor, facts)
                tried += 1
    # By 22 actions, 4 actors and 64 sets of facts; 67,584 over the 12 states.
    assert tried == 22 * 4 * 64


def test_every_action_is_possible_somewhere_and_every_state_is_reached() -> None:
    lines = by_hand()

    assert {action for _, action, _ in lines} == set(Action)
    assert {to for to, _, _ in lines.values()} - {"-", "<"} == set(State) - {State.REQUESTED}


def test_a_request_that_has_ended_stays_ended() -> None:
    for state in ENDS:
        for actor in Actor:
            for action in available(state, actor, frozenset(Fact)):
                assert found(state, action, actor, frozenset(Fact)) in {"-", "<"}
    assert set(LIVE) | set(ENDS) == set(State)
