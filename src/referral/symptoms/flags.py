"""The caution flags that travel with a request, so that the clinic knows before the visit."""

from dataclasses import dataclass

from referral.symptoms.conditions import All, Any, AtLeast, Condition, Has, Is, Lacks
from referral.text import N_


@dataclass(frozen=True, slots=True, kw_only=True)
class Flag:
    """One caution: `clinic` is what staff read, `person` what the person with pain reads."""

    code: str
    when: Condition
    label: str
    clinic: str
    person: str


FLAGS = (
    Flag(
        code="no_neck_manipulation",
        when=Has("history", "stroke_or_artery_disease", "connective_tissue"),
        label=N_("No neck manipulation"),
        clinic=N_(
            "Reports a past stroke, a neck artery problem or very loose joints. Do not "
            "manipulate the neck."
        ),
        person=N_(
            "Tell the clinic about your artery or joint problem. Fast neck movements by hand "
            "are not for you."
        ),
    ),
    Flag(
        code="leg_pain",
        when=Is("spread", "one_leg"),
        label=N_("Pain down one leg"),
        clinic=N_("Pain travels down one leg. Check strength, feeling and reflexes."),
        person=N_(
            "If the leg gets weak or numb, or the other leg starts too, get medical help "
            "right away."
        ),
    ),
    Flag(
        code="otc_nsaid_caution",
        when=Any(AtLeast("age", 60), Has("history", "blood_thinner_or_bleeding", "pregnant")),
        label=N_("Care with pain pills"),
        clinic=N_(
            "Aged 60 or over, pregnant, or with a bleeding risk. Do not suggest ibuprofen or "
            "naproxen without a doctor or pharmacist."
        ),
        person=N_(
            "Some pain pills may not be safe for you. Ask a doctor or pharmacist first if you "
            "want to take ibuprofen, naproxen or aspirin."
        ),
    ),
    Flag(
        code="not_yet_seen_by_doctor_over_6w",
        when=All(Is("duration", "6_12w", "gt_12w"), Lacks("tried", "saw_doctor")),
        label=N_("Over 6 weeks, no doctor yet"),
        clinic=N_("Has had this pain for over 6 weeks and does not report seeing a doctor."),
        person=N_(
            "Your pain has lasted over 6 weeks. Plan a visit to a doctor as well, if you have "
            "not had one."
        ),
    ),
)
