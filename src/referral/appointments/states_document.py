"""Writes docs/states.md from the table of moves, so that both say the same. Pure."""

from referral.appointments.states import MOVES, Action, Actor, Move, State, available

_INTRODUCTION = """\
# The life of an appointment request

Generated from `MOVES` in `src/referral/appointments/states.py` by `states_document.document()`;
change the table, not this page. Buttons, `available_actions` and the tests read the same table.
"""


def document() -> str:
    """Return the whole page as Markdown, ending in a line break."""
    parts = (_INTRODUCTION, _diagram(), _moves(), _available())
    return "\n".join(parts)


def _diagram() -> str:
    lines = [
        f"    {source} --> {move.to}: {move.action} ({_who(move)})"
        for move in MOVES
        for source in _sources(move)
    ]
    ends = [f"    {state} --> [*]" for state in State if _is_end(state)]
    first = f"    [*] --> {State.REQUESTED}"
    return "\n".join(("```mermaid", "stateDiagram-v2", first, *lines, *ends, "```", ""))


def _moves() -> str:
    rows = [
        f"| `{move.action}` | {_codes(_sources(move))} | `{move.to}` | {_who(move)} |"
        for move in MOVES
    ]
    heads = ("| Action | From | To | By |", "| --- | --- | --- | --- |")
    return "\n".join(("## Moves", "", *heads, *rows, ""))


def _available() -> str:
    rows = [
        f"| `{state}` | " + " | ".join(_codes(available(state, actor)) for actor in Actor) + " |"
        for state in State
    ]
    heads = ("| State | " + " | ".join(Actor) + " |", "| --- |" + " --- |" * len(Actor))
    return "\n".join(("## What each side can do", "", *heads, *rows, ""))


def _sources(move: Move) -> list[State]:
    return [state for state in State if state in move.sources]


def _who(move: Move) -> str:
    return " or ".join(actor for actor in Actor if actor in move.actors)


def _codes(names: list[State] | tuple[Action, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "nothing"


def _is_end(state: State) -> bool:
    return not any(available(state, actor) for actor in Actor)
