import pytest

from referral.symptoms.triage import RULES, WARNING_RULES, Level, assess
from symptoms.drawing import Given, mild_but

LETTERS = {
    "E": Level.EMERGENCY,
    "U": Level.URGENT_MEDICAL,
    "D": Level.SEE_DOCTOR_FIRST,
    "S": Level.SELF_CARE,
    "C": Level.CHIROPRACTOR,
}


def signs(*codes: str) -> Given:
    return {"emergency_signs": codes}


def unwell(*codes: str) -> Given:
    return {"unwell_signs": codes}


def history(*codes: str) -> Given:
    return {"history": codes}


# Per rule: answers that meet it, the evidence it must show, and answers that miss it by one step.
CASES: list[tuple[str, Given, list[tuple[str, object]], Given]] = [
    ("E1", signs("saddle_numbness"), [("emergency_signs", "saddle_numbness")], signs("both_legs")),
    ("E1", signs("bladder_change"), [("emergency_signs", "bladder_change")], unwell("none")),
    ("E1", signs("bowel_change"), [("emergency_signs", "bowel_change")], signs("not_sure")),
    ("E1", signs("sexual_change"), [("emergency_signs", "sexual_change")], signs("none")),
    ("E2", signs("both_legs"), [("emergency_signs", "both_legs")], signs("limb_weak_stable")),
    (
        "E3",
        signs("limb_weak_or_worsening_walk"),
        [("emergency_signs", "limb_weak_or_worsening_walk")],
        signs("limb_weak_stable"),
    ),
    (
        "E4",
        signs("chest_pain_or_breathless"),
        [("emergency_signs", "chest_pain_or_breathless")],
        {"spread": "round_chest_or_belly"},
    ),
    (
        "E5",
        signs("sudden_tearing_or_collapse"),
        [("emergency_signs", "sudden_tearing_or_collapse")],
        signs("stroke_or_neck_artery_signs"),
    ),
    (
        "E6",
        signs("stroke_or_neck_artery_signs"),
        [("emergency_signs", "stroke_or_neck_artery_signs")],
        history("stroke_or_artery_disease"),
    ),
    (
        "E7",
        {"onset": "major_trauma", "duration": "1_6w"},
        [("onset", "major_trauma"), ("duration", "1_6w")],
        {"onset": "major_trauma", "duration": "6_12w"},
    ),
    (
        "E8",
        unwell("fever_chills") | history("infection_risk"),
        [("unwell_signs", "fever_chills"), ("history", "infection_risk")],
        unwell("fever_chills") | history("cancer"),
    ),
    (
        "E9",
        history("aortic_aneurysm") | {"pain": 7},
        [("history", "aortic_aneurysm"), ("pain", 7)],
        history("aortic_aneurysm") | {"pain": 6},
    ),
    (
        "E9",
        history("aortic_aneurysm") | {"trend": "worse"},
        [("history", "aortic_aneurysm"), ("trend", "worse")],
        history("aortic_aneurysm") | {"trend": None},
    ),
    ("U1", signs("not_sure"), [("emergency_signs", "not_sure")], signs("none")),
    (
        "U2",
        signs("limb_weak_stable"),
        [("emergency_signs", "limb_weak_stable")],
        signs("limb_weak_or_worsening_walk"),
    ),
    ("U3", unwell("fever_chills"), [("unwell_signs", "fever_chills")], unwell("weight_loss")),
    ("U4", unwell("urine_symptoms"), [("unwell_signs", "urine_symptoms")], unwell("none")),
    (
        "U5",
        history("cancer") | unwell("weight_loss"),
        [("history", "cancer"), ("unwell_signs", "weight_loss")],
        history("cancer") | unwell("morning_stiffness"),
    ),
    (
        "U5",
        history("cancer") | {"pain": 7},
        [("history", "cancer"), ("pain", 7)],
        history("cancer") | {"pain": 6},
    ),
    (
        "U5",
        history("cancer") | {"regions": ["upper_back"], "trend": "worse"},
        [("history", "cancer"), ("trend", "worse"), ("regions", "upper_back")],
        history("cancer") | {"regions": ["neck"], "trend": "same"},
    ),
    (
        "U6",
        {"onset": "minor_fall", "age": 65},
        [("onset", "minor_fall"), ("age", 65)],
        {"onset": "minor_fall", "age": 64},
    ),
    (
        "U6",
        {"onset": "minor_fall"} | history("osteoporosis", "long_term_steroids"),
        [
            ("onset", "minor_fall"),
            ("history", "osteoporosis"),
            ("history", "long_term_steroids"),
        ],
        {"onset": "gradual"} | history("osteoporosis", "long_term_steroids"),
    ),
    ("U7", history("aortic_aneurysm"), [("history", "aortic_aneurysm")], history("none")),
    (
        "U8",
        history("postpartum_6w") | {"pain": 7},
        [("history", "postpartum_6w"), ("pain", 7)],
        history("postpartum_6w") | {"pain": 6},
    ),
    (
        "U9",
        {"pain": 9, "function": "cannot"},
        [("pain", 9), ("function", "cannot")],
        {"pain": 8, "function": "cannot"},
    ),
    (
        "U9",
        {"pain": 10, "function": "cannot"},
        [("pain", 10), ("function", "cannot")],
        {"pain": 10, "function": None},
    ),
    (
        "U10",
        unwell("weight_loss", "night_or_unremitting_pain"),
        [("unwell_signs", "weight_loss"), ("unwell_signs", "night_or_unremitting_pain")],
        unwell("weight_loss", "deformity_or_lump"),
    ),
    (
        "U11",
        history("infection_risk") | unwell("night_or_unremitting_pain"),
        [("history", "infection_risk"), ("unwell_signs", "night_or_unremitting_pain")],
        history("infection_risk") | unwell("weight_loss"),
    ),
    ("D1", {"age": 17}, [("age", 17)], {"age": 18}),
    ("D2", history("cancer"), [("history", "cancer")], history("osteoporosis")),
    (
        "D3",
        unwell("deformity_or_lump"),
        [("unwell_signs", "deformity_or_lump")],
        unwell("morning_stiffness"),
    ),
    ("D4", history("long_term_steroids"), [("history", "long_term_steroids")], history("cancer")),
    (
        "D5",
        history("blood_thinner_or_bleeding"),
        [("history", "blood_thinner_or_bleeding")],
        history("stroke_or_artery_disease"),
    ),
    ("D6", history("infection_risk"), [("history", "infection_risk")], unwell("fever_chills")),
    (
        "D7",
        history("inflammatory_arthritis"),
        [("history", "inflammatory_arthritis")],
        history("connective_tissue"),
    ),
    (
        "D7",
        unwell("morning_stiffness") | {"age": 44, "duration": "gt_12w"},
        [("unwell_signs", "morning_stiffness"), ("age", 44), ("duration", "gt_12w")],
        unwell("morning_stiffness") | {"age": 45, "duration": "gt_12w"},
    ),
    (
        "D8",
        history("spine_surgery_or_implant"),
        [("history", "spine_surgery_or_implant")],
        history("none"),
    ),
    ("D9", history("pregnant"), [("history", "pregnant")], history("none")),
    (
        "D10",
        history("connective_tissue") | {"regions": ["neck"]},
        [("regions", "neck"), ("history", "connective_tissue")],
        history("connective_tissue") | {"regions": ["upper_back"]},
    ),
    (
        "D10",
        {"regions": ["neck"], "onset": "minor_fall"},
        [("regions", "neck"), ("onset", "minor_fall")],
        {"regions": ["neck"], "onset": "gradual"},
    ),
    ("D11", {"spread": "arm"}, [("spread", "arm")], {"spread": "one_leg"}),
    (
        "D11",
        {"spread": "round_chest_or_belly"},
        [("spread", "round_chest_or_belly")],
        {"spread": None},
    ),
    (
        "D12",
        {"regions": ["upper_back"], "onset": "gradual", "trend": "same"},
        [("regions", "upper_back"), ("onset", "gradual"), ("trend", "same")],
        {"regions": ["upper_back"], "onset": "gradual", "trend": "better"},
    ),
    (
        "D12",
        {"regions": ["upper_back"], "onset": "no_reason", "trend": None},
        [("regions", "upper_back"), ("onset", "no_reason"), ("trend", None)],
        {"regions": ["upper_back"], "onset": "posture_sleep", "trend": None},
    ),
    (
        "D13",
        {"trend": "worse", "duration": "6_12w"},
        [("trend", "worse"), ("duration", "6_12w")],
        {"trend": "worse", "duration": "1_6w"},
    ),
    (
        "D13",
        {"trend": "worse", "age": 65},
        [("trend", "worse"), ("age", 65)],
        {"trend": "worse", "age": 64},
    ),
    (
        "D14",
        {"spread": "one_leg", "pain": 8, "trend": "worse"},
        [("spread", "one_leg"), ("pain", 8), ("trend", "worse")],
        {"spread": "one_leg", "pain": 7, "trend": "worse"},
    ),
    (
        "D15",
        {"onset": "major_trauma", "duration": "gt_12w"},
        [("onset", "major_trauma"), ("duration", "gt_12w")],
        {"onset": "major_trauma", "duration": "1_6w"},
    ),
    (
        "S1",
        {"pain": 4, "trend": "same", "function": "limited"},
        [
            ("trend", "same"),
            ("function", "limited"),
            ("spread", "none"),
            ("duration", "lt_1w"),
            ("pain", 4),
        ],
        {"pain": 5, "trend": "same", "function": "limited"},
    ),
    (
        "S1",
        {"pain": 3, "duration": "1_6w"},
        [
            ("trend", "better"),
            ("function", "normal"),
            ("spread", "none"),
            ("duration", "1_6w"),
            ("pain", 3),
        ],
        {"pain": 4, "duration": "1_6w"},
    ),
    ("C1", {"pain": 5}, [], {"pain": 4}),
]


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
