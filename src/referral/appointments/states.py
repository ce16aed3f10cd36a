"""The life of an appointment request: which move leads where, and who may make it. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from functools import cache


class State(StrEnum):
    """Where a request stands."""

    REQUESTED = "requested"
    RECEIVED = "received"
    OFFERED = "offered"
    WAITLISTED = "waitlisted"
    BOOKED = "booked"
    ARRIVED = "arrived"
    NO_SHOW = "no_show"
    COMPLETED = "completed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    ENTERED_IN_ERROR = "entered_in_error"


class Actor(StrEnum):
    """Who makes a move. An admin may do all that staff may."""

    PATIENT = "patient"
    STAFF = "staff"
    ADMIN = "admin"
    SYSTEM = "system"


class Action(StrEnum):
    """What can be done to a request."""

    RECEIVE = "receive"
    OFFER = "offer"
    BOOK = "book"
    MOVE = "move"
    RELEASE = "release"
    WAITLIST = "waitlist"
    DECLINE = "decline"
    ARRIVE = "arrive"
    COMPLETE = "complete"
    NO_SHOW = "no_show"
    CALLED = "called"
    ACCEPT = "accept"
    REFUSE = "refuse"
    ASK_MOVE = "ask_move"
    ASK_AGAIN = "ask_again"
    STOP_NOTICES = "stop_notices"
    SEND_ON = "send_on"
    LAPSE = "lapse"
    EXPIRE = "expire"
    CANCEL = "cancel"
    UNDO = "undo"
    ENTER_IN_ERROR = "enter_in_error"


class Fact(StrEnum):
    """What else a move may depend on: facts about the request at this moment, for this caller."""

    STARTED = "started"
    TIMES_OFFERED = "times_offered"
    NOTICES_ON = "notices_on"
    HOPS_LEFT = "hops_left"
    UNDOABLE = "undoable"
    CALL_DUE = "call_due"


Facts = frozenset[Fact]


@dataclass(frozen=True, slots=True)
class Move:
    """A line of the table: `action` by one of `actors` leads from any of `sources` to `to`.

    `to` is None where the request stays as it is or, for `undo`, goes back to where it was. Every
    fact in `needs` must hold and none of `bars` may.
    """

    action: Action
    sources: frozenset[State]
    to: State | None
    actors: frozenset[Actor]
    needs: Facts = frozenset()
    bars: Facts = frozenset()

    def allows(self, state: State, actor: Actor, facts: Facts) -> bool:
        """Say whether `actor` may make this move from `state` while `facts` hold."""
        who = {actor, Actor.STAFF} if actor is Actor.ADMIN else {actor}
        return (
            state in self.sources
            and bool(who & self.actors)
            and self.needs <= facts
            and not self.bars & facts
        )


def _move(
    action: Action,
    sources: Iterable[State],
    to: State | None,
    *actors: Actor,
    needs: Iterable[Fact] = (),
    bars: Iterable[Fact] = (),
) -> Move:
    return Move(
        action, frozenset(sources), to, frozenset(actors), frozenset(needs), frozenset(bars)
    )


WAITING = (State.REQUESTED, State.RECEIVED)
BEFORE_VISIT = (*WAITING, State.OFFERED, State.WAITLISTED, State.BOOKED)
LIVE = (*BEFORE_VISIT, State.ARRIVED, State.NO_SHOW)
# What the person learns something by; that the clinic has opened the request is no answer.
ANSWERS = frozenset({Action.OFFER, Action.BOOK, Action.WAITLIST, Action.DECLINE})
ENDS = tuple(state for state in State if state not in LIVE)

_PATIENT, _STAFF, _SYSTEM = Actor.PATIENT, Actor.STAFF, Actor.SYSTEM
_STARTED, _TIMES = (Fact.STARTED,), (Fact.TIMES_OFFERED,)

MOVES = (
    _move(Action.RECEIVE, (State.REQUESTED,), State.RECEIVED, _STAFF),
    _move(Action.OFFER, (*WAITING, State.WAITLISTED, State.NO_SHOW), State.OFFERED, _STAFF),
    _move(Action.OFFER, (State.BOOKED,), None, _STAFF, bars=_STARTED),
    _move(Action.BOOK, WAITING, State.BOOKED, _STAFF),
    _move(Action.MOVE, (State.BOOKED,), None, _STAFF, bars=_STARTED),
    _move(Action.RELEASE, (State.BOOKED,), State.RECEIVED, _STAFF, bars=_STARTED),
    _move(Action.WAITLIST, (State.RECEIVED,), State.WAITLISTED, _STAFF),
    _move(
        Action.DECLINE,
        (*WAITING, State.OFFERED, State.WAITLISTED),
        State.DECLINED,
        _STAFF,
    ),
    _move(Action.ARRIVE, (State.BOOKED,), State.ARRIVED, _STAFF, needs=_STARTED),
    _move(
        Action.COMPLETE,
        (State.BOOKED, State.ARRIVED),
        State.COMPLETED,
        _STAFF,
        _SYSTEM,
        needs=_STARTED,
    ),
    _move(Action.NO_SHOW, (State.BOOKED,), State.NO_SHOW, _STAFF, needs=_STARTED),
    _move(Action.CALLED, State, None, _STAFF, needs=(Fact.CALL_DUE,)),
    _move(Action.ACCEPT, (State.OFFERED,), State.BOOKED, _PATIENT, needs=_TIMES),
    _move(Action.ACCEPT, (State.BOOKED,), None, _PATIENT, needs=_TIMES, bars=_STARTED),
    _move(Action.REFUSE, (State.OFFERED,), State.RECEIVED, _PATIENT),
    _move(Action.REFUSE, (State.BOOKED,), None, _PATIENT, needs=_TIMES, bars=_STARTED),
    _move(Action.ASK_MOVE, (State.BOOKED,), None, _PATIENT, bars=_STARTED),
    _move(Action.ASK_AGAIN, (State.NO_SHOW,), State.RECEIVED, _PATIENT),
    _move(Action.STOP_NOTICES, (State.WAITLISTED,), None, _PATIENT, needs=(Fact.NOTICES_ON,)),
    _move(
        Action.SEND_ON,
        (State.DECLINED, State.EXPIRED, State.CANCELLED),
        None,
        _PATIENT,
        _SYSTEM,
        needs=(Fact.HOPS_LEFT,),
    ),
    _move(Action.LAPSE, (State.OFFERED,), State.RECEIVED, _SYSTEM),
    _move(Action.LAPSE, (State.BOOKED,), None, _SYSTEM),
    _move(Action.EXPIRE, (*WAITING, State.WAITLISTED), State.EXPIRED, _SYSTEM),
    _move(Action.CANCEL, BEFORE_VISIT, State.CANCELLED, _PATIENT, bars=_STARTED),
    _move(Action.CANCEL, (*BEFORE_VISIT, State.NO_SHOW), State.CANCELLED, _STAFF),
    _move(Action.CANCEL, (State.NO_SHOW,), State.CANCELLED, _SYSTEM),
    _move(Action.UNDO, State, None, _STAFF, needs=(Fact.UNDOABLE,)),
    _move(Action.ENTER_IN_ERROR, LIVE, State.ENTERED_IN_ERROR, Actor.ADMIN),
)


def target(state: State, action: Action, actor: Actor, facts: Facts = frozenset()) -> Move | None:
    """Return the line of the table that lets `actor` take `action` in `state`, if there is one."""
    for move in MOVES:
        if move.action == action and move.allows(state, actor, facts):
            return move
    return None


@cache
def available(state: State, actor: Actor, facts: Facts = frozenset()) -> tuple[Action, ...]:
    """Return the actions `actor` may take in `state`, in the table's order."""
    return tuple(move.action for move in MOVES if move.allows(state, actor, facts))
