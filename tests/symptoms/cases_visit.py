"""Hits and near misses for the doctor-first, the self-care and the clinic rules."""

from symptoms.cases_medical import Case, history, unwell

VISIT_CASES: list[Case] = [
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
