"""The answers of the three checklists: the code that travels and the words a person reads."""

from dataclasses import dataclass

from referral.text import N_


@dataclass(frozen=True, slots=True)
class Option:
    """One answer of a question.

    `code` is the wire vocabulary and never changes. `hint` is part of the meaning: a page shows it
    under the label at all times, never behind a click.
    """

    code: str
    label: str
    hint: str = ""


NONE_OF_THESE = Option("none", N_("None of these"))

EMERGENCY_SIGNS = (
    Option(
        "saddle_numbness",
        N_("Numb or odd feeling between your legs"),
        N_("Around your genitals, bottom or inner thighs"),
    ),
    Option(
        "bladder_change",
        N_("A change in how you pee"),
        N_("Hard to start or stop, new leaks, or you do not feel when you need to go"),
    ),
    Option(
        "bowel_change",
        N_("Loss of bowel control"),
        N_("New accidents, or you do not feel it when you poop"),
    ),
    Option(
        "sexual_change",
        N_("Loss of sexual feeling or function"),
        N_("New since this pain began"),
    ),
    Option(
        "both_legs",
        N_("Trouble in both legs"),
        N_("Pain, tingling, numbness or weakness in both legs"),
    ),
    Option(
        "limb_weak_or_worsening_walk",
        N_("A leg or arm is getting weaker"),
        N_("Or you have new trouble walking or keeping your balance"),
    ),
    Option(
        "limb_weak_stable",
        N_("A weak or numb leg, foot, arm or hand"),
        N_("New weakness, or numbness that stays, in one limb. It is not getting worse."),
    ),
    Option(
        "chest_pain_or_breathless",
        N_("Chest pain or trouble breathing"),
        N_("Pressure or tightness in the chest counts too"),
    ),
    Option(
        "sudden_tearing_or_collapse",
        N_("Sudden tearing pain, or fainting"),
        N_(
            "Very bad pain in your back or belly that came on fast. Or a cold sweat, "
            "or a lump in your belly that beats like a pulse."
        ),
    ),
    Option(
        "stroke_or_neck_artery_signs",
        N_("Sudden head or neck pain, or signs of a stroke"),
        N_(
            "Pain unlike any before. A face or eyelid that droops. You slur your words, see "
            "double, have trouble swallowing, feel the room spin, or feel unsteady."
        ),
    ),
    Option("not_sure", N_("I am not sure about one of these")),
    NONE_OF_THESE,
)

UNWELL_SIGNS = (
    Option(
        "fever_chills",
        N_("Fever, shivering or night sweats"),
        N_("A fever is 100.4 °F (38 °C) or more"),
    ),
    Option("weight_loss", N_("Losing weight without trying")),
    Option(
        "night_or_unremitting_pain",
        N_("Pain that does not let up"),
        N_("No position eases it, or it is worse at night or when you lie down"),
    ),
    Option(
        "urine_symptoms",
        N_("Burning or blood when you pee"),
        N_("Or very bad pain in one side, below your ribs"),
    ),
    Option(
        "deformity_or_lump",
        N_("A new lump or a change in shape"),
        N_("A lump, swelling or new bend in your back"),
    ),
    Option(
        "morning_stiffness",
        N_("Stiff for over 30 minutes each morning"),
        N_("It eases as you move. Or pain wakes you in the second half of the night."),
    ),
    NONE_OF_THESE,
)

HISTORY = (
    Option("cancer", N_("Cancer, now or in the past")),
    Option(
        "osteoporosis",
        N_("Thin bones (osteoporosis)"),
        N_("Or a bone that broke after a small fall"),
    ),
    Option("long_term_steroids", N_("Steroid pills for 3 months or more")),
    Option(
        "blood_thinner_or_bleeding",
        N_("A blood thinner or a bleeding problem"),
        N_("A medicine that thins the blood, or blood that does not clot well"),
    ),
    Option(
        "infection_risk",
        N_("A higher risk of infection"),
        N_(
            "A weak immune system (HIV, a transplant, chemo, biologic drugs). Or injected drugs. "
            "Or, in the last 3 months, surgery, a shot in the spine or a serious infection."
        ),
    ),
    Option(
        "inflammatory_arthritis",
        N_("Rheumatoid arthritis or a disease like it"),
        N_("Ankylosing spondylitis counts too"),
    ),
    Option(
        "spine_surgery_or_implant",
        N_("Spine surgery"),
        N_("Or joined bones (fusion) or metal in your spine"),
    ),
    Option(
        "aortic_aneurysm",
        N_("A known aortic aneurysm"),
        N_("A bulge in the main blood vessel of the chest or belly"),
    ),
    Option(
        "stroke_or_artery_disease",
        N_("A past stroke or mini-stroke"),
        N_("Or a problem with an artery in your neck"),
    ),
    Option(
        "connective_tissue",
        N_("Very loose joints"),
        N_("Or Ehlers-Danlos or Marfan syndrome"),
    ),
    Option("pregnant", N_("Pregnant, or might be")),
    Option("postpartum_6w", N_("Gave birth in the last 6 weeks")),
    NONE_OF_THESE,
)
