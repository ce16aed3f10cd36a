"""What an example is: a component in a state. And the longest words that it may have to hold."""

from collections.abc import Mapping
from typing import Any, NamedTuple

Given = Mapping[str, Any]
# None of them may break a page.
LONG_WORD = "Pneumonoultramicroscopicsilicovolcanoconiosis" * 2
LONG_NAME = "Donaudampfschifffahrtsgesellschaft" * 3 + "Rückenpraxis-Nord"
LONG_TEXT = ("It hurts when I bend, and more so when I sit. " * 11).strip()[:500]


class State(NamedTuple):
    """What a macro is given; `inside` is what its caller puts into it, `frame` what is around."""

    says: str
    given: Given
    inside: str
    frame: str


def shown(says: str, /, *, inside: str = "", frame: str = "{}", **given: Any) -> State:  # noqa: ANN401 - what macros take
    """Return a component in the state that `says` names."""
    return State(says, given, inside, frame)


def given(**more: Any) -> Given:  # noqa: ANN401 - what macros take
    """Return what a macro is given."""
    return more
