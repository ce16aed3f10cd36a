"""Writes docs/states.md from the table of moves, so that both say the same. Pure."""

from referral.appointments.states import ENDS, MOVES, Action, Actor, Fact, Move, State, available

_INTRODUCTION = """\
# The life of an appointment request

Generated from `MOVES` in `src/referral/appointments/states.py` by `states_document.document()`;
change the table, not this page. Buttons, `available_actions` and the tests read the same table.

In the diagram an arrow back to its own state is a move that changes something else, such as the
time of the visit. What must be true, or must not, stands in brackets. An admin may do all that
staff may.
"""
# Undo leads where no line of the table can say: to where the undone move came from.
_ANY, _BEFORE = "any_state", "the_state_before"
FACTS = {
    Fact.STARTED: "the visit has started",
    Fact.TIMES_OFFERED: "times are on offer",
    Fact.NOTICES_ON: "the person has not stopped the notices",
    Fact.HOPS_LEFT: "it may be sent on",
    Fact.UNDOABLE: "it is this key's own last move, a few minutes old",
    Fact.CALL_DUE: "the person waits for a call",
}


def document() -> str:
    """Return the whole page as Markdown, ending in a line break."""
    parts = (_INTRODUCTION, _diagram(), _moves(), _facts(), _available())
    return "\n".join(parts)


def _diagram() -> str:
    arrows = [_arrow(move, source) for move in MOVES for source in _drawn_sources(move)]
    ends = [f"    {state} --> [*]" for state in ENDS]
    first = f"    [*] --> {State.REQUESTED}"
    return "\n".join(("```mermaid", "stateDiagram-v2", first, *arrows, *ends, "```", ""))


def _moves() -> str:
    rows = [
        f"| `{move.action}` | {_from(move)} | {_to(move)} | {_who(move)} | {_conditions(move)} |"
        for move in MOVES
    ]
    heads = ("| Action | From | To | By | Only if |", "| --- | --- | --- | --- | --- |")
    return "\n".join(("## Moves", "", *heads, *rows, ""))


def _facts() -> str:
    rows = [f"| `{fact}` | {FACTS[fact]} |" for fact in Fact]
    heads = ("| Fact | It holds while |", "| --- | --- |")
    return "\n".join(("## Facts", "", *heads, *rows, ""))


def _available() -> str:
    rows = [
        f"| `{state}` | " + " | ".join(_codes(_ever(state, actor)) for actor in Actor) + " |"
        for state in State
    ]
    heads = ("| State | " + " | ".join(Actor) + " |", "| --- |" + " --- |" * len(Actor))
    why = "What a side can do if the facts allow it."
    return "\n".join(("## What each side can do", "", why, "", *heads, *rows, ""))


def _ever(state: State, actor: Actor) -> tuple[Action, ...]:
    """Return what is available with any set of facts, in the table's order, each once."""
    lines = [move for move in MOVES if move.action in available(state, actor, move.needs)]
    return tuple(dict.fromkeys(move.action for move in lines if state in move.sources))


def _arrow(move: Move, source: str) -> str:
    to = _drawn_target(move, source)
    return f"    {source} --> {to}: {move.action} ({_who(move)}){_guard(move)}"


def _drawn_sources(move: Move) -> list[str]:
    return [_ANY] if _is_everywhere(move) else [state.value for state in _sources(move)]


def _drawn_target(move: Move, source: str) -> str:
    if move.action is Action.UNDO:
        return _BEFORE
    return source if move.to is None else move.to


def _guard(move: Move) -> str:
    facts = [*_facts_of(move.needs), *(f"not {fact}" for fact in _facts_of(move.bars))]
    return f" [{', '.join(facts)}]" if facts else ""


def _from(move: Move) -> str:
    return "any state" if _is_everywhere(move) else _codes(_sources(move))


def _to(move: Move) -> str:
    if move.action is Action.UNDO:
        return "the state before"
    return "stays" if move.to is None else f"`{move.to}`"


def _conditions(move: Move) -> str:
    needs = [f"`{fact}`" for fact in _facts_of(move.needs)]
    bars = [f"not `{fact}`" for fact in _facts_of(move.bars)]
    return ", ".join(needs + bars)


def _facts_of(facts: frozenset[Fact]) -> list[Fact]:
    return [fact for fact in Fact if fact in facts]


def _is_everywhere(move: Move) -> bool:
    return move.sources == frozenset(State)


def _sources(move: Move) -> list[State]:
    return [state for state in State if state in move.sources]


def _who(move: Move) -> str:
    return " or ".join(actor for actor in Actor if actor in move.actors)


def _codes(names: list[State] | tuple[Action, ...]) -> str:
    return ", ".join(f"`{name}`" for name in names) or "nothing"
