"""Why a clinic says no, and what the person can do next: codes with their sentences. Pure."""

from enum import StrEnum

from referral.text import N_


class DeclineReason(StrEnum):
    """Why a clinic cannot take a request."""

    OUT_OF_AREA = "out_of_area"
    WRONG_CARE = "wrong_care"
    NO_CAPACITY = "no_capacity"
    NEEDS_MEDICAL_CHECK = "needs_medical_check"
    COULD_NOT_REACH = "could_not_reach"
    SYMPTOMS_SETTLED = "symptoms_settled"
    INSURANCE_OR_COST = "insurance_or_cost"
    AGE = "age"
    OTHER = "other"


class NextStep(StrEnum):
    """What the clinic suggests after a no."""

    OTHER_CLINIC = "other_clinic"
    SEE_DOCTOR = "see_doctor"
    URGENT_CARE = "urgent_care"
    CALL_CLINIC = "call_clinic"
    SELF_CARE = "self_care"


DECLINE_REASONS = {
    DeclineReason.OUT_OF_AREA: N_("You live outside the area that the clinic serves."),
    DeclineReason.WRONG_CARE: N_("The clinic does not offer the kind of care that you need."),
    DeclineReason.NO_CAPACITY: N_("The clinic has no free time soon enough."),
    DeclineReason.NEEDS_MEDICAL_CHECK: N_("The clinic wants a doctor to check you first."),
    DeclineReason.COULD_NOT_REACH: N_("The clinic tried to reach you and could not."),
    DeclineReason.SYMPTOMS_SETTLED: N_("You told the clinic that the problem has settled."),
    DeclineReason.INSURANCE_OR_COST: N_("The clinic cannot work with your insurance or budget."),
    DeclineReason.AGE: N_("The clinic does not treat people of this age."),
    DeclineReason.OTHER: N_("The clinic gave a reason of its own."),
}
NEXT_STEPS = {
    NextStep.OTHER_CLINIC: N_("Ask another clinic near you. Your answers are still good today."),
    NextStep.SEE_DOCTOR: N_("See your doctor before any hands-on care."),
    NextStep.URGENT_CARE: N_("Go to urgent care or call a nurse line today."),
    NextStep.CALL_CLINIC: N_("Call the clinic. They would like to talk with you."),
    NextStep.SELF_CARE: N_("Keep moving gently and use the self-care advice on this site."),
}
# Whoever needs a doctor first must not be sent to the next chiropractor instead.
CONTRADICTIONS = frozenset({(DeclineReason.NEEDS_MEDICAL_CHECK, NextStep.OTHER_CLINIC)})
