"""A line of the tables of letters: what a kind of notice says while a request is as it is. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from referral.appointments.states import State

Lines = Mapping[tuple[str, State], "Line"]


@dataclass(frozen=True, slots=True)
class Line:
    """A subject and paragraphs, with `%(name)s` for facts; `times`: the times on offer follow.

    What becomes of the visit that the reader was told of is no matter of a line: see `visit_news`.
    """

    subject: str
    paragraphs: tuple[str, ...]
    times: bool = False


def table(*lines: tuple[str, Iterable[State], Line]) -> Lines:
    """Return the lines by kind and state; in a state that a kind does not name, it is untrue."""
    return {(kind, state): line for kind, states, line in lines for state in states}
