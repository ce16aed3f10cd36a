"""What a person at each level reads: what to do now, and what would make it more urgent.

A sentence may hold the fact `%(emergency_number)s`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from referral.languages import words
from referral.symptoms.levels import Level
from referral.text import N_

DEFAULT_EMERGENCY_NUMBER = "911"

NOT_A_DIAGNOSIS = N_(
    "Your answers show which door to go to. They are not a diagnosis. "
    "If you feel that something is wrong, get help, whatever this page says."
)

_RED_FLAGS = N_(
    "Call %(emergency_number)s if you get numb between the legs. Do the same if you cannot pee, "
    "lose control of your bladder or bowel, or both legs hurt or get weak."
)
_HEART_AND_WEAKNESS = N_(
    "Call %(emergency_number)s if you have chest pain or trouble breathing, if you faint, or if a "
    "leg or arm gets weaker."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Guidance:
    """The texts of one outcome page, in reading order; every list has at least one sentence."""

    title: str
    now: tuple[str, ...]
    more_urgent: tuple[str, ...]
    not_a_diagnosis: str = NOT_A_DIAGNOSIS


GUIDANCE: Mapping[Level, Guidance] = MappingProxyType(
    {
        Level.EMERGENCY: Guidance(
            title=N_("Get emergency help now"),
            now=(
                N_("Call %(emergency_number)s now, or have someone take you to an emergency room."),
                N_("Do not drive yourself."),
                N_("Do not wait to see if it passes. Early care can prevent lasting harm."),
                N_("Tell them what you told us. You can show them this page."),
                N_("Keep your back and neck as still as you can if you were hurt in a crash."),
                N_("Do not let anyone treat your back or neck by hand until a doctor has seen it."),
            ),
            more_urgent=(
                N_(
                    "Call %(emergency_number)s again if you feel faint, get weaker or find it hard "
                    "to breathe while you wait."
                ),
            ),
        ),
        Level.URGENT_MEDICAL: Guidance(
            title=N_("Talk to a doctor today"),
            now=(
                N_("Call your doctor, an urgent care center or a nurse line today."),
                N_("Can nobody see you today? Then go to an emergency room."),
                N_("Tell them what you told us. You can show them this page."),
                N_("Do not let anyone treat your back or neck by hand until a doctor has seen it."),
            ),
            more_urgent=(
                _RED_FLAGS,
                _HEART_AND_WEAKNESS,
                N_("Go to an emergency room if you get a fever, or if the pain gets worse fast."),
            ),
        ),
        Level.SEE_DOCTOR_FIRST: Guidance(
            title=N_("See a doctor first"),
            now=(
                N_("Book a visit with a doctor within the next few days."),
                N_("Show the doctor this page, and ask if hands-on care is safe for you."),
                N_("Did the doctor say yes? Then come back and ask for a chiropractor visit."),
                N_("Until then, keep moving as far as the pain lets you."),
            ),
            more_urgent=(
                _RED_FLAGS,
                _HEART_AND_WEAKNESS,
                N_(
                    "See a doctor the same day if you get a fever or a limb gets numb. Do the same "
                    "if the pain does not let up."
                ),
            ),
        ),
        Level.CHIROPRACTOR: Guidance(
            title=N_("You can ask for a chiropractor visit"),
            now=(
                N_("Choose a clinic near you and send a request."),
                N_("The clinic is told about any answer that calls for extra care."),
                N_(
                    "Care by hand may ease new pain a little in the first weeks. It is meant to "
                    "go along with staying active."
                ),
                N_("Feeling sore or stiff for a day or so after a visit is common."),
                N_("Until then, stay active and rest only from what set the pain off."),
            ),
            more_urgent=(
                _RED_FLAGS,
                _HEART_AND_WEAKNESS,
                N_(
                    "See a doctor if you get a fever or lose weight without trying. Do the same "
                    "if the pain does not let up."
                ),
                N_("See a doctor if the pain gets worse, or is no better after 6 weeks of care."),
            ),
        ),
        Level.SELF_CARE: Guidance(
            title=N_("Care for your back at home first"),
            now=(
                N_("Most new back pain gets better, whatever you do. Give it some time."),
                N_("Stay active. Rest from what set the pain off, but do not stay in bed."),
                N_(
                    "Use heat if it feels good. A heat wrap can ease new pain a little. Put cloth "
                    "between it and your skin, and do not sleep on it."
                ),
                N_(
                    "Ice is not proven to help. If it feels good, wrap it in cloth and use it for "
                    "a short time."
                ),
                N_(
                    "Move and stretch gently. This is low risk, but it is not shown to speed up "
                    "healing of new pain."
                ),
                N_(
                    "Ibuprofen or naproxen can help a little for a short time. Take the lowest "
                    "dose that works, for the shortest time, and follow the label."
                ),
                N_(
                    "Ask a doctor or pharmacist before you take them if you are 60 or over, or "
                    "pregnant. Ask too if you take a blood thinner or have had an ulcer or a bleed."
                ),
                N_("Ask too if you have heart or kidney disease, or asthma that aspirin sets off."),
                N_("You can still ask for a chiropractor visit if you want one."),
            ),
            more_urgent=(
                _RED_FLAGS,
                _HEART_AND_WEAKNESS,
                N_(
                    "See a doctor if you get a fever or lose weight without trying. Do the same "
                    "if the pain does not let up."
                ),
                N_("Fill in the form again if the pain gets worse or starts to travel."),
            ),
        ),
    }
)


def in_full(sentences: Iterable[str], emergency_number: str) -> list[str]:
    """Return sentences of a page in the language that is spoken, with the number in them."""
    return [words(sentence, emergency_number=emergency_number) for sentence in sentences]
