from pathlib import Path

from referral.symptoms.flags import FLAGS
from referral.symptoms.questions import QUESTIONS
from referral.symptoms.sweeps import SWEEPS
from referral.symptoms.triage import RULES, RULES_VERSION
from referral.symptoms.triage_document import document

PAGE = Path(__file__).parents[2] / "docs" / "triage.md"


def test_the_page_in_docs_is_up_to_date() -> None:
    assert PAGE.read_text(encoding="utf-8") == document()


def test_the_page_shows_every_rule_flag_code_and_the_version() -> None:
    page = document()
    assert f"`{RULES_VERSION}`" in page
    for rule in RULES:
        assert f"**{rule.id}**\n\n- When: " in page
        assert rule.when.words() in page
        assert rule.reason in page
        assert rule.source in page
    for code in (flag.code for flag in FLAGS):
        assert f"| `{code}` |" in page
    for asked in QUESTIONS.values():
        assert all(f"| `{asked.id}` | {asked.text} | `{code}` |" in page for code in asked.codes)


def test_the_number_of_combinations_is_counted_from_the_sweeps() -> None:
    total = sum(sweep.size for sweep in SWEEPS)
    assert f"{total:,} complete sets of answers" in document()
    assert all(f"| {sweep.title} | {sweep.size:,} |" in document() for sweep in SWEEPS)


def test_no_cell_of_a_table_breaks_its_row() -> None:
    rows = [line for line in document().splitlines() if line.startswith("|")]
    widths = {line.count("|") for line in rows}
    assert widths == {3, 5, 6}
