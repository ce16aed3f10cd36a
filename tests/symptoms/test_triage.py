import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from referral.symptoms.questions import QUESTIONS
from referral.symptoms.schemas import Answers
from referral.symptoms.sweeps import signs
from referral.symptoms.triage import (
    FLAGS,
    RULE_BOOKS,
    RULES_VERSION,
    Level,
    assess,
    may_request,
)
from symptoms import oracle
from symptoms.drawing import Given, any_answers, any_given, any_note, mild_but

often = settings(max_examples=300, deadline=None)

CHECKLISTS = ("emergency_signs", "unwell_signs", "history")
LESS_THAN_EMERGENCY = ("limb_weak_stable", "not_sure")
ALL_SIGNS = [(checklist, sign) for checklist in CHECKLISTS for sign in signs(checklist)]
OPTIONAL = ("spread", "trend", "function")


def changed(answers: Answers, **changes: object) -> Answers:
    return Answers.model_validate(answers.model_dump() | changes)


def with_sign(answers: Answers, checklist: str, sign: str) -> Answers:
    present = [code for code in getattr(answers, checklist) if code != "none"]
    return changed(answers, **{checklist: [*present, sign]})


@often
@given(answers=any_answers())
def test_any_answers_get_what_the_second_program_gives(answers: Answers) -> None:
    found = assess(answers)
    level, rules, flags = oracle.decide(answers)
    assert found.level == level
    assert [match.rule.id for match in found.matched] == rules
    assert list(found.flags) == flags


@often
@given(answers=any_answers())
def test_an_emergency_sign_is_an_emergency_whatever_else_is_said(answers: Answers) -> None:
    for sign in signs("emergency_signs"):
        level = assess(with_sign(answers, "emergency_signs", sign)).level
        least = Level.URGENT_MEDICAL if sign in LESS_THAN_EMERGENCY else Level.EMERGENCY
        assert level >= least


@settings(max_examples=60, deadline=None)
@given(answers=any_answers())
def test_one_more_sign_or_history_item_never_lowers_the_level(answers: Answers) -> None:
    # Every pair is tried on each draw: a rule that one item switches off hides in few pairs.
    for first in (answers, *(with_sign(answers, *sign) for sign in ALL_SIGNS)):
        before = assess(first).level
        for sign in ALL_SIGNS:
            assert assess(with_sign(first, *sign)).level >= before


@often
@given(answers=any_answers())
def test_more_pain_never_lowers_the_level(answers: Answers) -> None:
    levels = [assess(changed(answers, pain=pain)).level for pain in range(11)]
    assert levels == sorted(levels)


@pytest.mark.parametrize(
    ("level", "case"),
    [
        (Level.EMERGENCY, {"emergency_signs": ["both_legs"]}),
        (Level.URGENT_MEDICAL, {"emergency_signs": ["not_sure"]}),
        (Level.SEE_DOCTOR_FIRST, {"age": 12}),
        (Level.CHIROPRACTOR, {"spread": "one_leg"}),
        (Level.SELF_CARE, {}),
    ],
)
def test_from_every_level_no_pain_score_leads_below_it(level: Level, case: Given) -> None:
    levels = [assess(mild_but(**case, pain=pain)).level for pain in range(11)]
    assert levels[0] is level
    assert levels == sorted(levels)


@often
@given(answers=any_answers())
def test_a_gap_is_never_read_as_the_calmest_answer_or_better(answers: Answers) -> None:
    for name in OPTIONAL:
        gap = assess(changed(answers, **{name: None})).level
        assert gap is not Level.SELF_CARE
        codes = QUESTIONS[name].codes
        assert gap >= min(assess(changed(answers, **{name: code})).level for code in codes)


@often
@given(answers=any_answers(), note=any_note())
def test_the_note_changes_nothing(answers: Answers, note: str) -> None:
    assert assess(changed(answers, note=note)) == assess(changed(answers, note=""))


@often
@given(sent=any_given(), seed=st.randoms(use_true_random=False))
def test_the_same_answers_in_any_order_and_repeated_have_the_same_outcome(
    sent: Given, seed: random.Random
) -> None:
    mixed = {name: _shuffled(value, seed) for name, value in sent.items()}
    first, second = Answers.model_validate(sent), Answers.model_validate(mixed)
    assert first == second
    assert assess(first) == assess(second)


@often
@given(answers=any_answers())
def test_an_outcome_names_its_version_and_that_version_explains_it(answers: Answers) -> None:
    found = assess(answers)
    assert found.rules_version == RULES_VERSION
    book = RULE_BOOKS[found.rules_version]
    assert all(book[match.rule.id] is match.rule for match in found.matched)


@often
@given(answers=any_answers())
def test_the_deciding_rules_come_first_and_are_all_of_the_highest_level(answers: Answers) -> None:
    found = assess(answers)
    levels = [match.rule.level for match in found.matched]
    assert found.level is max(levels)
    assert levels == sorted(levels, reverse=True)
    assert found.deciding == found.matched[: levels.count(found.level)]


@often
@given(answers=any_answers())
def test_evidence_is_what_was_answered_or_left_open(answers: Answers) -> None:
    for match in assess(answers).matched:
        for name, value in match.evidence:
            said = getattr(answers, name)
            assert value in said if isinstance(said, tuple) else value == said


@pytest.mark.parametrize(
    ("level", "without", "cleared"),
    [
        (Level.EMERGENCY, False, False),
        (Level.URGENT_MEDICAL, False, False),
        (Level.SEE_DOCTOR_FIRST, False, True),
        (Level.CHIROPRACTOR, True, True),
        (Level.SELF_CARE, True, True),
    ],
)
def test_a_request_is_open_only_to_those_whom_the_level_lets(
    level: Level,
    without: bool,
    cleared: bool,
) -> None:
    assert may_request(level, doctor_cleared=False) is without
    assert may_request(level, doctor_cleared=True) is cleared


def test_levels_compare_by_urgency_and_not_by_spelling() -> None:
    low_to_high = ["self-care", "chiropractor", "see-doctor-first", "urgent-medical", "emergency"]
    assert [level.value for level in sorted(Level)] == low_to_high
    assert [level.rank for level in sorted(Level)] == [0, 1, 2, 3, 4]
    assert Level.EMERGENCY > Level.SELF_CARE >= Level.SELF_CARE
    assert Level.CHIROPRACTOR < Level.SEE_DOCTOR_FIRST <= Level.SEE_DOCTOR_FIRST


@pytest.mark.parametrize(
    ("flag", "hit", "miss"),
    [
        ("no_neck_manipulation", {"history": ["connective_tissue"]}, {"history": ["cancer"]}),
        ("no_neck_manipulation", {"history": ["stroke_or_artery_disease"]}, {}),
        ("leg_pain", {"spread": "one_leg"}, {"spread": "arm"}),
        ("otc_nsaid_caution", {"age": 60}, {"age": 59}),
        ("otc_nsaid_caution", {"history": ["pregnant"]}, {"history": ["postpartum_6w"]}),
        ("otc_nsaid_caution", {"history": ["blood_thinner_or_bleeding"]}, {}),
        ("not_yet_seen_by_doctor_over_6w", {"duration": "6_12w", "tried": []}, {"tried": []}),
        (
            "not_yet_seen_by_doctor_over_6w",
            {"duration": "gt_12w", "tried": ["saw_chiropractor"]},
            {"duration": "gt_12w", "tried": ["saw_doctor"]},
        ),
    ],
)
def test_a_flag_is_raised_on_a_hit_and_not_on_a_near_miss(
    flag: str, hit: Given, miss: Given
) -> None:
    assert flag in {each.code for each in FLAGS}
    assert flag in assess(mild_but(**hit)).flags
    assert flag not in assess(mild_but(**miss)).flags


def _shuffled(value: object, seed: random.Random) -> object:
    if not isinstance(value, list):
        return value
    return seed.sample(value * 2, len(value) * 2)
