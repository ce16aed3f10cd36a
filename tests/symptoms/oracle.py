"""The draft rules written a second time, as plain questions, to hold the table against."""

from collections.abc import Iterator

from referral.symptoms.schemas import Answers

LEVELS = {
    "E": "emergency",
    "U": "urgent-medical",
    "D": "see-doctor-first",
    "S": "self-care",
    "C": "chiropractor",
}


def decide(answers: Answers) -> tuple[str, list[str], list[str]]:
    """Return the level, the ids of the rules that hold and the flags, as the draft has them."""
    rules = [*emergencies(answers), *urgencies(answers), *doctors(answers)] or [calm(answers)]
    return LEVELS[rules[0][0]], rules, list(flags(answers))


def emergencies(a: Answers) -> Iterator[str]:
    signs = a.emergency_signs
    if (
        "saddle_numbness" in signs
        or "bladder_change" in signs
        or "bowel_change" in signs
        or "sexual_change" in signs
    ):
        yield "E1"
    if "both_legs" in signs:
        yield "E2"
    if "limb_weak_or_worsening_walk" in signs:
        yield "E3"
    if "chest_pain_or_breathless" in signs:
        yield "E4"
    if "sudden_tearing_or_collapse" in signs:
        yield "E5"
    if "stroke_or_neck_artery_signs" in signs:
        yield "E6"
    if a.onset == "major_trauma" and a.duration in {"lt_1w", "1_6w"}:
        yield "E7"
    if "fever_chills" in a.unwell_signs and "infection_risk" in a.history:
        yield "E8"
    if "aortic_aneurysm" in a.history and (a.pain >= 7 or a.trend == "worse"):
        yield "E9"


def urgencies(a: Answers) -> Iterator[str]:  # noqa: C901 - one question per rule, as in the draft
    if "not_sure" in a.emergency_signs:
        yield "U1"
    if "limb_weak_stable" in a.emergency_signs:
        yield "U2"
    if "fever_chills" in a.unwell_signs:
        yield "U3"
    if "urine_symptoms" in a.unwell_signs:
        yield "U4"
    if "cancer" in a.history and (
        losing_weight_or_steady_pain_or_lump(a)
        or a.trend == "worse"
        or a.pain >= 7
        or "upper_back" in a.regions
    ):
        yield "U5"
    if a.onset == "minor_fall" and (a.age >= 65 or weak_bones(a)):
        yield "U6"
    if "aortic_aneurysm" in a.history:
        yield "U7"
    if expecting_or_new_parent(a) and a.pain >= 7:
        yield "U8"
    if a.pain >= 9 and a.function == "cannot":
        yield "U9"
    if "weight_loss" in a.unwell_signs and "night_or_unremitting_pain" in a.unwell_signs:
        yield "U10"
    if "infection_risk" in a.history and "night_or_unremitting_pain" in a.unwell_signs:
        yield "U11"


def doctors(a: Answers) -> Iterator[str]:
    if a.age < 18:
        yield "D1"
    if "cancer" in a.history:
        yield "D2"
    if losing_weight_or_steady_pain_or_lump(a):
        yield "D3"
    if weak_bones(a):
        yield "D4"
    if "blood_thinner_or_bleeding" in a.history:
        yield "D5"
    if "infection_risk" in a.history:
        yield "D6"
    if "inflammatory_arthritis" in a.history or (
        "morning_stiffness" in a.unwell_signs and a.age < 45 and a.duration == "gt_12w"
    ):
        yield "D7"
    if "spine_surgery_or_implant" in a.history:
        yield "D8"
    if expecting_or_new_parent(a):
        yield "D9"
    yield from doctors_for_the_course(a)


def doctors_for_the_course(a: Answers) -> Iterator[str]:
    if "neck" in a.regions and (
        "stroke_or_artery_disease" in a.history
        or "connective_tissue" in a.history
        or a.onset == "minor_fall"
    ):
        yield "D10"
    if a.spread in {"arm", "round_chest_or_belly"}:
        yield "D11"
    if "upper_back" in a.regions and a.onset in {"no_reason", "gradual"} and a.trend != "better":
        yield "D12"
    if a.trend == "worse" and (a.duration in {"6_12w", "gt_12w"} or a.age >= 65):
        yield "D13"
    if a.spread == "one_leg" and a.pain >= 8 and a.trend == "worse":
        yield "D14"
    if a.onset == "major_trauma" and a.duration not in {"lt_1w", "1_6w"}:
        yield "D15"


def calm(a: Answers) -> str:
    if a.trend is None or a.function is None or a.spread != "none":
        return "C1"
    if a.trend == "worse" or a.function == "cannot":
        return "C1"
    if a.duration == "lt_1w" and a.pain <= 4:
        return "S1"
    if a.duration == "1_6w" and a.trend == "better" and a.pain <= 3:
        return "S1"
    return "C1"


def flags(a: Answers) -> Iterator[str]:
    if "stroke_or_artery_disease" in a.history or "connective_tissue" in a.history:
        yield "no_neck_manipulation"
    if a.spread == "one_leg":
        yield "leg_pain"
    if a.age >= 60 or "blood_thinner_or_bleeding" in a.history or "pregnant" in a.history:
        yield "otc_nsaid_caution"
    if a.duration in {"6_12w", "gt_12w"} and "saw_doctor" not in a.tried:
        yield "not_yet_seen_by_doctor_over_6w"


def losing_weight_or_steady_pain_or_lump(a: Answers) -> bool:
    return (
        "weight_loss" in a.unwell_signs
        or "night_or_unremitting_pain" in a.unwell_signs
        or "deformity_or_lump" in a.unwell_signs
    )


def weak_bones(a: Answers) -> bool:
    return "osteoporosis" in a.history or "long_term_steroids" in a.history


def expecting_or_new_parent(a: Answers) -> bool:
    return "pregnant" in a.history or "postpartum_6w" in a.history
