"""The rules that send a person to medical care today: emergency (E) and urgent (U)."""

from referral.symptoms.conditions import All, Any, AtLeast, Has, HasAll, Is
from referral.symptoms.levels import Level
from referral.symptoms.rule import Rule
from referral.text import N_

EMERGENCY_RULES = (
    Rule(
        id="E1",
        level=Level.EMERGENCY,
        when=Has(
            "emergency_signs", "saddle_numbness", "bladder_change", "bowel_change", "sexual_change"
        ),
        reason=N_(
            "Changes in feeling between the legs, in how you pee or poop, or in sex can come from "
            "nerves low in your back. They may need help within hours."
        ),
        source="NHS back pain; GIRFT cauda equina pathway 2023; BMJ Best Practice; CSP 2024",
    ),
    Rule(
        id="E2",
        level=Level.EMERGENCY,
        when=Has("emergency_signs", "both_legs"),
        reason=N_(
            "Trouble in both legs at once can mean that the nerves in your spine are under "
            "pressure. A hospital should check this now."
        ),
        source="NHS back pain; BMJ Best Practice (cauda equina)",
    ),
    Rule(
        id="E3",
        level=Level.EMERGENCY,
        when=Has("emergency_signs", "limb_weak_or_worsening_walk"),
        reason=N_(
            "A limb that is getting weaker, or new trouble walking, needs a check right away. "
            "Early care can protect your strength."
        ),
        source="NICE CKS; Finucane 2020",
    ),
    Rule(
        id="E4",
        level=Level.EMERGENCY,
        when=Has("emergency_signs", "chest_pain_or_breathless"),
        reason=N_(
            "Chest pain or trouble breathing can come from the heart or the lungs, even when "
            "your back hurts too."
        ),
        source="NHS back pain",
    ),
    Rule(
        id="E5",
        level=Level.EMERGENCY,
        when=Has("emergency_signs", "sudden_tearing_or_collapse"),
        reason=N_(
            "Sudden very bad or tearing pain, fainting, or a lump that beats in the belly can "
            "come from a large blood vessel. Minutes count."
        ),
        source="NHS and nidirect abdominal aortic aneurysm",
    ),
    Rule(
        id="E6",
        level=Level.EMERGENCY,
        when=Has("emergency_signs", "stroke_or_neck_artery_signs"),
        reason=N_(
            "Sudden head or neck pain, or changes in your face, speech, sight or balance, can "
            "come from the blood flow to the brain. Fast care matters."
        ),
        source="Rushton 2023 (IFOMPT); Biller 2014 (AHA/ASA)",
    ),
    Rule(
        id="E7",
        level=Level.EMERGENCY,
        when=All(Is("onset", "major_trauma"), Is("duration", "lt_1w", "1_6w")),
        reason=N_(
            "A crash, a big fall or a hard blow can hurt the bones of the spine. A hospital should "
            "check them now."
        ),
        source="NHS back pain; Downie 2013; ACR 2021",
    ),
    Rule(
        id="E8",
        level=Level.EMERGENCY,
        when=All(Has("unwell_signs", "fever_chills"), Has("history", "infection_risk")),
        reason=N_(
            "Fever together with a higher risk of infection can mean an infection near the "
            "spine. It needs care now."
        ),
        source="Finucane 2020; Polsky 2020 (CJEM); ACR 2021 variant 7",
    ),
    Rule(
        id="E9",
        level=Level.EMERGENCY,
        when=All(Has("history", "aortic_aneurysm"), Any(AtLeast("pain", 7), Is("trend", "worse"))),
        reason=N_(
            "You have a known aneurysm and pain that is strong or getting worse. A hospital "
            "should check the blood vessel now."
        ),
        source="NHS and nidirect abdominal aortic aneurysm",
    ),
)

URGENT_RULES = (
    Rule(
        id="U1",
        level=Level.URGENT_MEDICAL,
        when=Has("emergency_signs", "not_sure"),
        reason=N_(
            "You were not sure about one of the emergency signs. Someone trained should go "
            "through them with you today."
        ),
        source="Design rule: a doubt about an emergency sign is settled the same day",
    ),
    Rule(
        id="U2",
        level=Level.URGENT_MEDICAL,
        when=Has("emergency_signs", "limb_weak_stable"),
        reason=N_(
            "New weakness or numbness in a limb can mean that a nerve is under pressure. A "
            "doctor should test it today."
        ),
        source="NICE CKS; Finucane 2020",
    ),
    Rule(
        id="U3",
        level=Level.URGENT_MEDICAL,
        when=Has("unwell_signs", "fever_chills"),
        reason=N_(
            "Fever, shivering or night sweats with back pain can be a sign of an infection. A "
            "doctor should look for it today."
        ),
        source="NHS 111; Finucane 2020; ACR 2021 variant 7",
    ),
    Rule(
        id="U4",
        level=Level.URGENT_MEDICAL,
        when=Has("unwell_signs", "urine_symptoms"),
        reason=N_(
            "Burning or blood when you pee can come from the kidneys, not the back. So can very "
            "bad pain in one side."
        ),
        source="NICE CKS (other causes of back pain); design rule",
    ),
    Rule(
        id="U5",
        level=Level.URGENT_MEDICAL,
        when=All(
            Has("history", "cancer"),
            Any(
                Has(
                    "unwell_signs", "weight_loss", "night_or_unremitting_pain", "deformity_or_lump"
                ),
                Is("trend", "worse"),
                AtLeast("pain", 7),
                Has("regions", "upper_back"),
            ),
        ),
        reason=N_(
            "You have had cancer. So a doctor should check this kind of back pain today, just to "
            "be safe."
        ),
        source="NICE NG234 (2023); Downie 2013; ACR 2021 variant 7; NHS urgent list",
    ),
    Rule(
        id="U6",
        level=Level.URGENT_MEDICAL,
        when=All(
            Is("onset", "minor_fall"),
            Any(AtLeast("age", 65), Has("history", "osteoporosis", "long_term_steroids")),
        ),
        reason=N_(
            "Even a small fall can crack a bone when bones are less strong. Age, thin bones and "
            "steroid pills can all make them so."
        ),
        source="ACR 2021 variant 6; Downie 2013",
    ),
    Rule(
        id="U7",
        level=Level.URGENT_MEDICAL,
        when=Has("history", "aortic_aneurysm"),
        reason=N_(
            "With a known aneurysm, any new back pain should be checked by a doctor the same day."
        ),
        source="NHS and nidirect abdominal aortic aneurysm; design rule",
    ),
    Rule(
        id="U8",
        level=Level.URGENT_MEDICAL,
        when=All(Has("history", "pregnant", "postpartum_6w"), AtLeast("pain", 7)),
        reason=N_(
            "You are pregnant or gave birth not long ago. Strong pain should then be checked "
            "today, for you and for the baby."
        ),
        source="Design rule; Stuber 2012, Weis 2021 (few studies in pregnancy)",
    ),
    Rule(
        id="U9",
        level=Level.URGENT_MEDICAL,
        when=All(AtLeast("pain", 9), Is("function", "cannot")),
        reason=N_(
            "Your pain is very strong and stops your usual day. A doctor can look for the cause "
            "and help with the pain today."
        ),
        source="Design rule",
    ),
    Rule(
        id="U10",
        level=Level.URGENT_MEDICAL,
        when=HasAll("unwell_signs", "weight_loss", "night_or_unremitting_pain"),
        reason=N_(
            "You lose weight without trying, and your pain does not let up. The two together "
            "should be checked by a doctor today."
        ),
        source="NHS urgent list; Downie 2013; design rule (both together)",
    ),
    Rule(
        id="U11",
        level=Level.URGENT_MEDICAL,
        when=All(
            Has("history", "infection_risk"), Has("unwell_signs", "night_or_unremitting_pain")
        ),
        reason=N_(
            "With a higher risk of infection, pain that does not let up should be checked today. "
            "There is not always a fever."
        ),
        source="Finucane 2020; Polsky 2020 (CJEM)",
    ),
)
