"""What comes into the symptom form, checked and put in one canonical shape, and a rule as shown."""

import unicodedata
from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)
from pydantic.config import JsonDict
from pydantic_core import ErrorDetails, InitErrorDetails, PydanticCustomError

from referral.policies import MOST_CODES
from referral.symptoms.codes import (
    Duration,
    EmergencySign,
    Function,
    HistoryItem,
    Onset,
    Region,
    Spread,
    Trend,
    Tried,
    UnwellSign,
)
from referral.symptoms.levels import Level
from referral.symptoms.questions import QUESTIONS
from referral.text import N_

MISSING: Mapping[str, str] = MappingProxyType(
    {
        "emergency_signs": N_("Choose the signs you have, or “None of these”."),
        "unwell_signs": N_("Choose what you have had with this pain, or “None of these”."),
        "regions": N_("Choose where the pain is. You can choose more than one place."),
        "duration": N_("Choose how long the pain has lasted."),
        "onset": N_("Choose how the pain started."),
        "pain": N_("Choose how strong the pain is, from 0 to 10."),
        "age": N_("Enter your age in whole years, from 0 to 120."),
        "history": N_("Choose what applies to you, or “None of these”."),
    }
)
_UNUSABLE: Mapping[str, str] = MappingProxyType(
    {
        "spread": N_("Choose where the pain travels, or leave it open."),
        "trend": N_("Choose better, the same or worse, or leave it open."),
        "function": N_("Choose how your usual day goes, or leave it open."),
        "tried": N_("Choose what you have tried from the list, or leave it open."),
        "note": N_("Write your note as plain text, or leave it empty."),
    }
)
_NOT_ANSWERS = N_("Send the answers, each under the name of its question.")
_UNKNOWN_QUESTION = N_("There is an answer to a question that this form does not ask.")
_NONE_WITH_OTHER = N_("Choose “None of these” on its own, or choose what you have. Not both.")
_TOO_LONG = N_("Make your note shorter. It can have up to 500 characters.")
_CONTROL_CHARACTER = N_("Your note has a character that cannot be read. Type the note again.")

# Raised below with a sentence of their own.
_SPOKEN = frozenset({"none_with_other", "control_character"})


def _once(question: str) -> AfterValidator:
    """Drop repeats, keep the form's order, and refuse “none” together with anything else."""
    asked = QUESTIONS[question]
    codes, exclusive = asked.codes, frozenset(asked.exclusive)

    def canonical(given: tuple[str, ...]) -> tuple[str, ...]:
        chosen = frozenset(given)
        if len(chosen) > 1 and not chosen.isdisjoint(exclusive):
            raise PydanticCustomError("none_with_other", _NONE_WITH_OTHER)
        return tuple(code for code in codes if code in chosen)

    return AfterValidator(canonical)


def _no_boolean(given: object) -> object:
    # Pydantic would take true for 1, and a ticked box is not an age.
    if isinstance(given, bool):
        raise PydanticCustomError("not_an_answer", _NOT_ANSWERS)
    return given


def _tidy(given: object) -> object:
    # A browser sends a line end as two characters and counts it as one.
    if isinstance(given, str):
        return given.replace("\r\n", "\n").replace("\r", "\n").strip()
    return given


def _readable(given: str) -> str:
    if any(unicodedata.category(char) == "Cc" for char in given if char not in "\n\t"):
        raise PydanticCustomError("control_character", _CONTROL_CHARACTER)
    return given


def _asked(question: str) -> Any:  # noqa: ANN401 - pydantic's own type for a field's facts
    """Return what the question says about its field: bounds and the words for the API's readers."""
    asked = QUESTIONS[question]
    return Field(
        description=asked.text,
        ge=asked.minimum,
        le=asked.maximum,
        min_length=1 if asked.kind == "multi" and asked.required else None,
        max_length=MOST_CODES if asked.kind == "multi" else asked.max_length,
    )


_EXAMPLE: JsonDict = {
    "emergency_signs": ["none"],
    "unwell_signs": ["none"],
    "regions": ["lower_back"],
    "spread": "none",
    "duration": "1_6w",
    "trend": "same",
    "onset": "lifting_exercise",
    "pain": 4,
    "function": "limited",
    "age": 34,
    "history": ["none"],
    "tried": ["heat", "kept_moving"],
    "note": "",
}


class Answers(BaseModel):
    """One complete set of answers, the same for the web form and the API.

    Lists hold each code once, in the order of the form. A whole number may come as digits in a
    string, as a form sends it. What cannot be used raises `ValidationError` whose sentences are
    those of `MISSING` and the ones beside it; they never repeat what was sent. Its codes are
    `missing`, `not_an_answer`, `none_with_other`, `unknown_question`, `too_long` and
    `control_character`.
    """

    model_config = ConfigDict(
        frozen=True, extra="forbid", json_schema_extra={"examples": [_EXAMPLE]}
    )

    emergency_signs: Annotated[
        tuple[EmergencySign, ...], _asked("emergency_signs"), _once("emergency_signs")
    ]
    unwell_signs: Annotated[tuple[UnwellSign, ...], _asked("unwell_signs"), _once("unwell_signs")]
    regions: Annotated[tuple[Region, ...], _asked("regions"), _once("regions")]
    spread: Annotated[Spread | None, _asked("spread")] = None
    duration: Annotated[Duration, _asked("duration")]
    trend: Annotated[Trend | None, _asked("trend")] = None
    onset: Annotated[Onset, _asked("onset")]
    pain: Annotated[int, _asked("pain"), BeforeValidator(_no_boolean)]
    function: Annotated[Function | None, _asked("function")] = None
    age: Annotated[int, _asked("age"), BeforeValidator(_no_boolean)]
    history: Annotated[tuple[HistoryItem, ...], _asked("history"), _once("history")]
    tried: Annotated[tuple[Tried, ...], _asked("tried"), _once("tried")] = ()
    note: Annotated[str, _asked("note"), BeforeValidator(_tidy), AfterValidator(_readable)] = ""

    @model_validator(mode="wrap")
    @classmethod
    def _in_plain_words(cls, given: object, check: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return check(given)
        except ValidationError as error:
            raise ValidationError.from_exception_data(cls.__name__, _plain(error)) from None


class AnswersIn(BaseModel):
    """The body that asks for an assessment: `{"answers": {…}}`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    answers: Answers


class MatchedRule(BaseModel):
    """A rule that the answers met, as the reader sees it."""

    model_config = ConfigDict(frozen=True)

    id: str = Field(examples=["D5"])
    level: Level
    reason: str
    source: str


def _plain(error: ValidationError) -> list[InitErrorDetails]:
    """Return one problem per question, in our words, without what was sent."""
    problems: dict[tuple[str, ...], PydanticCustomError] = {}
    for detail in error.errors(include_url=False, include_input=False):
        loc, code, words = _sentence(detail)
        # The first is the cause: a list without one usable code also counts as too short.
        problems.setdefault(loc, PydanticCustomError(code, words))
    return [InitErrorDetails(type=why, loc=loc, input=None) for loc, why in problems.items()]


def _sentence(detail: ErrorDetails) -> tuple[tuple[str, ...], str, str]:
    """Return where (the question, or nowhere), the code and the sentence."""
    question = str(detail["loc"][0]) if detail["loc"] else ""
    if detail["type"] == "extra_forbidden":
        # The name itself was typed by somebody: it is not repeated either.
        return (), "unknown_question", _UNKNOWN_QUESTION
    if detail["type"] in _SPOKEN:
        return (question,), detail["type"], detail["msg"]
    if detail["type"] == "string_too_long":
        return (question,), "too_long", _TOO_LONG
    if question not in QUESTIONS:
        return (), "not_an_answer", _NOT_ANSWERS
    code = "missing" if detail["type"] in {"missing", "too_short"} else "not_an_answer"
    return (question,), code, MISSING.get(question) or _UNUSABLE[question]
