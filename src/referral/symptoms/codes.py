"""The answer codes as types, so that OpenAPI and the type checker know the vocabulary."""

from typing import Literal

EmergencySign = Literal[
    "saddle_numbness",
    "bladder_change",
    "bowel_change",
    "sexual_change",
    "both_legs",
    "limb_weak_or_worsening_walk",
    "limb_weak_stable",
    "chest_pain_or_breathless",
    "sudden_tearing_or_collapse",
    "stroke_or_neck_artery_signs",
    "not_sure",
    "none",
]
UnwellSign = Literal[
    "fever_chills",
    "weight_loss",
    "night_or_unremitting_pain",
    "urine_symptoms",
    "deformity_or_lump",
    "morning_stiffness",
    "none",
]
HistoryItem = Literal[
    "cancer",
    "osteoporosis",
    "long_term_steroids",
    "blood_thinner_or_bleeding",
    "infection_risk",
    "inflammatory_arthritis",
    "spine_surgery_or_implant",
    "aortic_aneurysm",
    "stroke_or_artery_disease",
    "connective_tissue",
    "pregnant",
    "postpartum_6w",
    "none",
]
Region = Literal["neck", "upper_back", "lower_back", "buttock_hip"]
Spread = Literal["none", "one_leg", "arm", "round_chest_or_belly"]
Duration = Literal["lt_1w", "1_6w", "6_12w", "gt_12w"]
Trend = Literal["better", "same", "worse"]
Onset = Literal[
    "lifting_exercise", "posture_sleep", "gradual", "no_reason", "minor_fall", "major_trauma"
]
Function = Literal["normal", "limited", "cannot"]
Tried = Literal[
    "nothing",
    "heat",
    "ice",
    "otc_pain_relief",
    "rest",
    "kept_moving",
    "stretching",
    "massage",
    "saw_doctor",
    "saw_chiropractor",
]
