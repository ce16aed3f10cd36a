"""The life of an appointment request: which move leads where, and who may make it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """Where a request stands. `declined` and `cancelled` are ends."""

    REQUESTED = "requested"
    RECEIVED = "received"
    BOOKED = "booked"
    DECLINED = "declined"
    CANCELLED = "cancelled"


class Actor(StrEnum):
    """Who makes a move."""

    PATIENT = "patient"
    STAFF = "staff"


class Action(StrEnum):
    """What can be done to a request."""

    RECEIVE = "receive"
    BOOK = "book"
    DECLINE = "decline"
    CANCEL = "cancel"


@dataclass(frozen=True, slots=True)
class Move:
    """A line of the table: `action` by one of `actors` leads from any of `sources` to `to`."""

    action: Action
    sources: frozenset[State]
    to: State
    actors: frozenset[Actor]


def _move(action: Action, sources: Iterable[State], to: State, *actors: Actor) -> Move:
    return Move(action, frozenset(sources), to, frozenset(actors))


WAITING = (State.REQUESTED, State.RECEIVED)
LIVE = (*WAITING, State.BOOKED)

MOVES = (
    _move(Action.RECEIVE, (State.REQUESTED,), State.RECEIVED, Actor.STAFF),
    _move(Action.BOOK, WAITING, State.BOOKED, Actor.STAFF),
    _move(Action.DECLINE, WAITING, State.DECLINED, Actor.STAFF),
    _move(Action.CANCEL, LIVE, State.CANCELLED, Actor.PATIENT, Actor.STAFF),
)


def target(state: State, action: Action, actor: Actor) -> State | None:
    """Return where `action` by `actor` leads from `state`, or None if it is not allowed."""
    for move in MOVES:
        if move.action == action and state in move.sources and actor in move.actors:
            return move.to
    return None


def available(state: State, actor: Actor) -> tuple[Action, ...]:
    """Return the actions `actor` may take in `state`, in the table's order."""
    return tuple(move.action for move in MOVES if state in move.sources and actor in move.actors)
