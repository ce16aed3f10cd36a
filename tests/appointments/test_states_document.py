from pathlib import Path

from referral.appointments.states import MOVES
from referral.appointments.states_document import document

PAGE = Path(__file__).parents[2] / "docs" / "states.md"


def test_the_page_in_docs_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == document()


def test_the_diagram_has_one_arrow_for_each_source_of_each_move() -> None:
    for move in MOVES:
        for source in move.sources:
            assert f"    {source} --> {move.to}: {move.action} (" in document()
    assert document().count(" --> ") == 1 + 2 + sum(len(move.sources) for move in MOVES)
