import pytest

from referral.symptoms.conditions import (
    All,
    Any,
    AtLeast,
    Below,
    Condition,
    Has,
    HasAll,
    Is,
    IsNot,
    Lacks,
    Otherwise,
)
from symptoms.drawing import mild_but

SICK = mild_but(unwell_signs=["fever_chills", "weight_loss"], pain=7, trend=None, tried=[])


@pytest.mark.parametrize(
    ("condition", "evidence"),
    [
        (Has("unwell_signs", "weight_loss", "urine_symptoms"), (("unwell_signs", "weight_loss"),)),
        (Has("unwell_signs", "urine_symptoms"), None),
        (
            HasAll("unwell_signs", "weight_loss", "fever_chills"),
            (("unwell_signs", "fever_chills"), ("unwell_signs", "weight_loss")),
        ),
        (HasAll("unwell_signs", "weight_loss", "urine_symptoms"), None),
        (Lacks("tried", "saw_doctor"), ()),
        (Lacks("unwell_signs", "weight_loss"), None),
        (Is("duration", "1_6w", "lt_1w"), (("duration", "lt_1w"),)),
        (Is("duration", "gt_12w"), None),
        (Is("trend", "better", "same", "worse"), None),
        (IsNot("trend", "better"), (("trend", None),)),
        (IsNot("duration", "gt_12w"), (("duration", "lt_1w"),)),
        (IsNot("duration", "lt_1w"), None),
        (AtLeast("pain", 7), (("pain", 7),)),
        (AtLeast("pain", 8), None),
        (Below("pain", 8), (("pain", 7),)),
        (Below("pain", 7), None),
        (All(AtLeast("pain", 7), Is("duration", "lt_1w")), (("pain", 7), ("duration", "lt_1w"))),
        (All(AtLeast("pain", 7), AtLeast("pain", 5)), (("pain", 7),)),
        (All(AtLeast("pain", 7), Is("duration", "gt_12w")), None),
        (Any(AtLeast("pain", 7), Is("duration", "lt_1w")), (("pain", 7), ("duration", "lt_1w"))),
        (Any(AtLeast("pain", 9), Is("duration", "lt_1w")), (("duration", "lt_1w"),)),
        (Any(AtLeast("pain", 9), Is("duration", "gt_12w")), None),
        (Any(AtLeast("pain", 9), Lacks("tried", "heat")), ()),
        (Otherwise(), ()),
    ],
)
def test_a_condition_returns_the_answers_that_made_it_true(
    condition: Condition, evidence: object
) -> None:
    assert condition.evidence(SICK) == evidence


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (Has("regions", "neck"), "`regions` has “Neck”"),
        (Has("tried", "ice", "heat", "rest"), "`tried` has “Heat”, “Ice” or “Rest”"),
        (HasAll("tried", "ice", "heat"), "`tried` has “Heat” and “Ice”"),
        (Lacks("tried", "ice"), "`tried` does not have “Ice”"),
        (Is("trend", "worse", "same"), "`trend` is “About the same” or “Worse”"),
        (IsNot("trend", "better"), "`trend` is anything but “Better”, or was left open"),
        (AtLeast("age", 65), "`age` is 65 or more"),
        (Below("age", 18), "`age` is under 18"),
        (
            All(Below("age", 18), Any(AtLeast("pain", 7), Is("trend", "worse"))),
            "`age` is under 18 **and** (`pain` is 7 or more **or** `trend` is “Worse”)",
        ),
        (Otherwise(), "no other rule does"),
    ],
)
def test_a_condition_describes_itself(condition: Condition, words: str) -> None:
    assert condition.words() == words


@pytest.mark.parametrize("kind", [Has, HasAll, Lacks, Is, IsNot])
def test_a_condition_about_an_unknown_code_cannot_be_built(
    kind: type[Has | Lacks | Is | IsNot],
) -> None:
    with pytest.raises(ValueError, match="has no answer"):
        kind("trend", "wrose")


@pytest.mark.parametrize("kind", [Has, Is])
def test_a_condition_without_codes_cannot_be_built(kind: type[Has | Is]) -> None:
    with pytest.raises(ValueError, match="has no answer"):
        kind("trend")


@pytest.mark.parametrize(("question", "bound"), [("pain", 11), ("pain", 0), ("trend", 3)])
def test_a_bound_that_splits_nothing_cannot_be_built(question: str, bound: int) -> None:
    for kind in (AtLeast, Below):
        with pytest.raises(ValueError, match="cannot be split"):
            kind(question, bound)
