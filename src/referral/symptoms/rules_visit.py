"""The rules for everybody who can wait: a doctor first (D), then self-care (S) or a clinic (C)."""

from referral.symptoms.conditions import All, Any, AtLeast, Below, Has, Is, IsNot, Otherwise
from referral.symptoms.levels import Level
from referral.symptoms.rule import Rule
from referral.text import N_

DOCTOR_RULES = (
    Rule(
        id="D1",
        level=Level.SEE_DOCTOR_FIRST,
        when=Below("age", 18),
        reason=N_(
            "You are under 18. The advice here is made for adults, so a doctor should look at "
            "your back first."
        ),
        source="NICE NG59 (covers age 16 and over); design rule",
    ),
    Rule(
        id="D2",
        level=Level.SEE_DOCTOR_FIRST,
        when=Has("history", "cancer"),
        reason=N_(
            "You have had cancer. So a doctor should check this pain before anyone treats your "
            "back by hand."
        ),
        source="NICE NG234 (2023); Downie 2013",
    ),
    Rule(
        id="D3",
        level=Level.SEE_DOCTOR_FIRST,
        when=Has("unwell_signs", "weight_loss", "night_or_unremitting_pain", "deformity_or_lump"),
        reason=N_(
            "Losing weight, pain that does not let up, or a change in your back is not usual for "
            "a spasm. A doctor should find out why."
        ),
        source="NHS urgent list; Downie 2013",
    ),
    Rule(
        id="D4",
        level=Level.SEE_DOCTOR_FIRST,
        when=Has("history", "osteoporosis", "long_term_steroids"),
        reason=N_(
            "Thin bones or long use of steroid pills can make bones break more easily. A doctor "
            "should say which hands-on care is safe."
        ),
        source="Hawk 2020 table 9; Downie 2013; ACR 2021 variant 6",
    ),
    Rule(
        id="D5",
        level=Level.SEE_DOCTOR_FIRST,
        when=Has("history", "blood_thinner_or_bleeding"),
        reason=N_(
            "With a blood thinner or a bleeding problem, hands-on care can cause bleeding. A "
            "doctor should say what is safe."
        ),
        source="Hawk 2020 table 9",
    ),
    Rule(
        id="D6",
        level=Level.SEE_DOCTOR_FIRST,
        when=Has("history", "infection_risk"),
        reason=N_(
            "Your risk of infection is higher. A doctor should make sure that none is behind the "
            "pain."
        ),
        source="Finucane 2020; ACR 2021 variant 7",
    ),
    Rule(
        id="D7",
        level=Level.SEE_DOCTOR_FIRST,
        when=Any(
            Has("history", "inflammatory_arthritis"),
            All(
                Has("unwell_signs", "morning_stiffness"),
                Below("age", 45),
                Is("duration", "gt_12w"),
            ),
        ),
        reason=N_(
            "Long-lasting morning stiffness, or a joint disease like arthritis, may need its own "
            "treatment. A doctor should look first."
        ),
        source="NICE NG65; ACR/SAA/SPARTAN 2019; Hawk 2020 table 9",
    ),
    Rule(
        id="D8",
        level=Level.SEE_DOCTOR_FIRST,
        when=Has("history", "spine_surgery_or_implant"),
        reason=N_(
            "After spine surgery, or with metal in the spine, some kinds of hands-on care are "
            "not safe. Ask your doctor first."
        ),
        source="Hawk 2020 table 9; ACR/SAA/SPARTAN 2019 (fusion); design rule",
    ),
    Rule(
        id="D9",
        level=Level.SEE_DOCTOR_FIRST,
        when=Has("history", "pregnant", "postpartum_6w"),
        reason=N_(
            "During pregnancy and in the weeks after birth, care is adapted to you. Ask your "
            "doctor or midwife first."
        ),
        source="Stuber 2012; Weis 2021; design rule",
    ),
    Rule(
        id="D10",
        level=Level.SEE_DOCTOR_FIRST,
        when=All(
            Has("regions", "neck"),
            Any(
                Has("history", "stroke_or_artery_disease", "connective_tissue"),
                Is("onset", "minor_fall"),
            ),
        ),
        reason=N_(
            "Neck pain after a fall, or with an artery or joint problem, needs extra care. A "
            "doctor should check your neck first."
        ),
        source="Biller 2014 (AHA/ASA); Rushton 2023 (IFOMPT); BMC 2019 table 3",
    ),
    Rule(
        id="D11",
        level=Level.SEE_DOCTOR_FIRST,
        when=Is("spread", "arm", "round_chest_or_belly"),
        reason=N_(
            "Pain that travels into an arm or around the body can come from a nerve or from "
            "somewhere else. A doctor should tell which."
        ),
        source="Design rule",
    ),
    Rule(
        id="D12",
        level=Level.SEE_DOCTOR_FIRST,
        when=All(
            Has("regions", "upper_back"),
            Is("onset", "no_reason", "gradual"),
            IsNot("trend", "better"),
        ),
        reason=N_(
            "Your upper or middle back hurts without a clear cause, and you did not say that it "
            "is getting better. A doctor should look at it first."
        ),
        source="NHS urgent list (upper-back pain); design rule",
    ),
    Rule(
        id="D13",
        level=Level.SEE_DOCTOR_FIRST,
        when=All(Is("trend", "worse"), Any(Is("duration", "6_12w", "gt_12w"), AtLeast("age", 65))),
        reason=N_(
            "Pain that gets worse after six weeks, or at 65 and over, needs a fresh look from a "
            "doctor."
        ),
        source="ACR 2021; NICE NG59 1.1.1; design rule (age)",
    ),
    Rule(
        id="D14",
        level=Level.SEE_DOCTOR_FIRST,
        when=All(Is("spread", "one_leg"), AtLeast("pain", 8), Is("trend", "worse")),
        reason=N_(
            "Strong leg pain that is getting worse can mean that a nerve is sore. A doctor "
            "should test your strength and feeling."
        ),
        source="NICE CKS; NICE NG59; design rule (pain score)",
    ),
    Rule(
        id="D15",
        level=Level.SEE_DOCTOR_FIRST,
        when=All(Is("onset", "major_trauma"), Is("duration", "6_12w", "gt_12w")),
        reason=N_(
            "This pain began with a crash, a big fall or a hard blow. A doctor should make sure "
            "that the bones have healed."
        ),
        source="Downie 2013; ACR 2021; design rule",
    ),
)

CALM_RULES = (
    Rule(
        id="S1",
        level=Level.SELF_CARE,
        when=All(
            Is("trend", "better", "same"),
            Is("function", "normal", "limited"),
            Is("spread", "none"),
            Any(
                All(Is("duration", "lt_1w"), Below("pain", 5)),
                All(Is("duration", "1_6w"), Is("trend", "better"), Below("pain", 4)),
            ),
        ),
        reason=N_(
            "Your pain is new or fading, and mild, and none of your answers is a warning sign. "
            "Pain like this mostly gets better by itself."
        ),
        source="ACP 2017; Cochrane CD007612 (staying active)",
    ),
    Rule(
        id="C1",
        level=Level.CHIROPRACTOR,
        when=Otherwise(),
        reason=N_(
            "None of your answers is a warning sign that needs a doctor first. A chiropractor "
            "can examine you and say what may help."
        ),
        source="ACP 2017; NICE NG59",
    ),
)
