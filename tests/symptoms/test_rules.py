import pytest

from referral.symptoms.triage import RULES, WARNING_RULES, Level, assess
from symptoms.cases_medical import MEDICAL_CASES
from symptoms.cases_visit import VISIT_CASES
from symptoms.drawing import Given, mild_but

LETTERS = {
    "E": Level.EMERGENCY,
    "U": Level.URGENT_MEDICAL,
    "D": Level.SEE_DOCTOR_FIRST,
    "S": Level.SELF_CARE,
    "C": Level.CHIROPRACTOR,
}


CASES = MEDICAL_CASES + VISIT_CASES


@pytest.mark.parametrize(("rule", "hit", "evidence", "miss"), CASES)
def test_a_rule_holds_on_a_hit_shows_why_and_fails_on_a_near_miss(
    rule: str, hit: Given, evidence: list[tuple[str, object]], miss: Given
) -> None:
    held = {match.rule.id: match.evidence for match in assess(mild_but(**hit)).matched}
    assert list(held[rule]) == evidence
    assert rule not in [match.rule.id for match in assess(mild_but(**miss)).matched]


def test_every_rule_has_a_case() -> None:
    assert {case[0] for case in CASES} == {rule.id for rule in RULES}


def test_self_care_fails_when_one_of_its_calm_answers_was_not_given() -> None:
    for name in ("trend", "function", "spread"):
        assert assess(mild_but(**{name: None})).level is Level.CHIROPRACTOR


def test_the_letter_of_a_rule_says_its_level() -> None:
    assert all(rule.level is LETTERS[rule.id[0]] for rule in RULES)


def test_the_rules_are_those_of_the_draft_each_once_from_high_to_low() -> None:
    expected = [
        *(f"E{n}" for n in range(1, 10)),
        *(f"U{n}" for n in range(1, 12)),
        *(f"D{n}" for n in range(1, 16)),
        "S1",
        "C1",
    ]
    assert [rule.id for rule in RULES] == expected
    levels = [rule.level for rule in WARNING_RULES]
    assert levels == sorted(levels, reverse=True)
