"""Hits and near misses for the emergency and the urgent rules."""

from symptoms.drawing import Given

# Per rule: answers that meet it, the evidence it must show, and answers that miss it by one step.
Case = tuple[str, Given, list[tuple[str, object]], Given]


def signs(*codes: str) -> Given:
    return {"emergency_signs": codes}


def unwell(*codes: str) -> Given:
    return {"unwell_signs": codes}


def history(*codes: str) -> Given:
    return {"history": codes}


MEDICAL_CASES: list[Case] = [
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
]
