"""The page about the states says what the table says."""

from pathlib import Path

from referral.appointments.states import ENDS, MOVES, Action, State
from referral.appointments.states_document import document

PAGE = Path(__file__).parents[2] / "docs" / "states.md"
EVERYWHERE = frozenset(State)


def test_the_page_in_docs_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == document()


def test_the_diagram_has_one_arrow_for_each_source_of_each_move() -> None:
    drawn = [move for move in MOVES if move.sources != EVERYWHERE]

    for move in drawn:
        for source in move.sources:
            assert f"    {source} --> {move.to or source}: {move.action} (" in document()
    arrows = sum(len(move.sources) for move in drawn)
    assert document().count(" --> ") == 1 + len(ENDS) + arrows + len(MOVES) - len(drawn)


def test_what_is_possible_in_every_state_is_drawn_once() -> None:
    assert "    any_state --> the_state_before: undo (staff) [undoable]\n" in document()
    assert "    any_state --> any_state: called (staff) [call_due]\n" in document()


def test_no_move_leads_to_a_place_without_a_name() -> None:
    assert "None" not in document()


def test_every_fact_that_a_move_depends_on_stands_in_its_row() -> None:
    rows = [line for line in document().splitlines() if line.endswith(" |")]
    for move in MOVES:
        place = "the state before" if move.action is Action.UNDO else move.to or "stays"
        written = [
            row
            for row in rows
            if row.startswith(f"| `{move.action}` |")
            and str(place) in row
            and all(f"`{fact}`" in row.split("|")[-2] for fact in move.needs)
            and all(f"not `{fact}`" in row for fact in move.bars)
        ]
        assert written, move
