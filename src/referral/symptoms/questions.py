"""The questions of the symptom form as data: what is asked, in which words and in which order."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Literal

from referral.symptoms.wording import EMERGENCY_SIGNS, HISTORY, UNWELL_SIGNS, Option
from referral.text import N_

NOTE_LENGTH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question; `id` and the option codes are the wire vocabulary of the API and the form.

    `minimum` and `maximum` bound an integer, `max_length` counts the characters of a text.
    A code in `exclusive` cannot be chosen together with any other.
    """

    id: str
    text: str
    kind: Literal["integer", "single", "multi", "text"]
    why: str
    options: tuple[Option, ...] = ()
    required: bool = True
    minimum: int | None = None
    maximum: int | None = None
    max_length: int | None = None
    exclusive: tuple[str, ...] = ()
    help: str = ""

    @property
    def codes(self) -> tuple[str, ...]:
        """The option codes in the order they are shown."""
        return tuple(option.code for option in self.options)


_ASKED = (
    Question(
        id="emergency_signs",
        text=N_("Do you have any of these now, or since the pain began?"),
        kind="multi",
        why=N_("These signs can need help within hours, so we ask about them first."),
        options=EMERGENCY_SIGNS,
        exclusive=("none",),
        help=N_("Choose all that fit."),
    ),
    Question(
        id="unwell_signs",
        text=N_("Have you had any of these with this pain?"),
        kind="multi",
        why=N_("Back pain sometimes comes from an illness that a doctor should look for."),
        options=UNWELL_SIGNS,
        exclusive=("none",),
        help=N_("Choose all that fit."),
    ),
    Question(
        id="regions",
        text=N_("Where is the pain or spasm?"),
        kind="multi",
        why=N_("Pain in some places needs a closer look first."),
        options=(
            Option("neck", N_("Neck")),
            Option("upper_back", N_("Upper or middle back")),
            Option("lower_back", N_("Lower back")),
            Option("buttock_hip", N_("Buttock or hip")),
        ),
        help=N_("Choose all that fit."),
    ),
    Question(
        id="spread",
        text=N_("Does the pain travel?"),
        kind="single",
        why=N_("Pain that travels can mean that a nerve is sore."),
        options=(
            Option("none", N_("No, it stays in place")),
            Option("one_leg", N_("Down one leg")),
            Option("arm", N_("Into an arm")),
            Option("round_chest_or_belly", N_("Around my chest or belly")),
        ),
        required=False,
        help=N_("Trouble in both legs is one of the signs on the first page."),
    ),
    Question(
        id="duration",
        text=N_("How long has this pain lasted?"),
        kind="single",
        why=N_("New pain and old pain need different care."),
        options=(
            Option("lt_1w", N_("Less than 1 week")),
            Option("1_6w", N_("1 to 6 weeks")),
            Option("6_12w", N_("6 to 12 weeks")),
            Option("gt_12w", N_("More than 12 weeks")),
        ),
        help=N_("Count from the day this episode began."),
    ),
    Question(
        id="trend",
        text=N_("How is it now, next to when it began?"),
        kind="single",
        why=N_("Pain that keeps getting worse should be checked."),
        options=(
            Option("better", N_("Better")),
            Option("same", N_("About the same")),
            Option("worse", N_("Worse")),
        ),
        required=False,
    ),
    Question(
        id="onset",
        text=N_("How did the pain start?"),
        kind="single",
        why=N_("A fall or a crash can hurt a bone."),
        options=(
            Option("lifting_exercise", N_("Lifting or exercise")),
            Option("posture_sleep", N_("After sitting, or on waking up")),
            Option("gradual", N_("Little by little")),
            Option("no_reason", N_("For no reason I know")),
            Option("minor_fall", N_("A small fall"), N_("A slip, a trip, or a fall from standing")),
            Option(
                "major_trauma",
                N_("A crash, a big fall or a hard blow"),
                N_("A car crash, or a fall from a height or down several stairs"),
            ),
        ),
    ),
    Question(
        id="pain",
        text=N_("How strong is the pain right now?"),
        kind="integer",
        why=N_("Very strong pain may need care sooner."),
        minimum=0,
        maximum=10,
        help=N_("0 is no pain. 10 is the worst pain you can think of."),
    ),
    Question(
        id="function",
        text=N_("Can you do your usual day?"),
        kind="single",
        why=N_("What you can still do says as much as the pain."),
        options=(
            Option("normal", N_("Yes, as usual")),
            Option("limited", N_("Only some of it")),
            Option("cannot", N_("No, I cannot")),
        ),
        required=False,
    ),
    Question(
        id="age",
        text=N_("How old are you?"),
        kind="integer",
        why=N_("At another age, the same pain can need other care."),
        minimum=0,
        maximum=120,
        help=N_("In whole years."),
    ),
    Question(
        id="history",
        text=N_("Do any of these apply to you?"),
        kind="multi",
        why=N_("Some health problems change which care is safe for your back."),
        options=HISTORY,
        exclusive=("none",),
        help=N_("Choose all that fit."),
    ),
    Question(
        id="tried",
        text=N_("What have you tried so far?"),
        kind="multi",
        why=N_("It saves you from being told the same thing twice."),
        options=(
            Option("nothing", N_("Nothing yet")),
            Option("heat", N_("Heat")),
            Option("ice", N_("Ice")),
            Option("otc_pain_relief", N_("Pain pills from the store")),
            Option("rest", N_("Rest")),
            Option("kept_moving", N_("Kept moving")),
            Option("stretching", N_("Stretching")),
            Option("massage", N_("Massage")),
            Option("saw_doctor", N_("Saw a doctor")),
            Option("saw_chiropractor", N_("Saw a chiropractor")),
        ),
        required=False,
    ),
    Question(
        id="note",
        text=N_("Is there anything else the clinic should know?"),
        kind="text",
        why=N_("You can say here what the questions left out."),
        required=False,
        max_length=NOTE_LENGTH,
        help=N_("Do not use this box for an emergency. Nobody reads it right away."),
    ),
)

QUESTIONS: Mapping[str, Question] = MappingProxyType({asked.id: asked for asked in _ASKED})
