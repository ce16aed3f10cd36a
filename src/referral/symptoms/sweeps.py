"""The sets of answers that are tried one by one: every combination along a few chosen axes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import compress, product
from math import prod

from referral.symptoms.questions import QUESTIONS
from referral.symptoms.schemas import Answers

Choice = int | str | tuple[str, ...] | None
Axes = dict[str, Sequence[Choice]]


@dataclass(frozen=True, slots=True)
class Sweep:
    """Every combination of the values along `axes`; the last axis moves fastest.

    An axis of subsets counts in binary: bit `n` of the position stands for the n-th code of its
    question, so two neighbors differ by one sign.
    """

    slug: str
    title: str
    axes: Mapping[str, Sequence[Choice]]

    @property
    def size(self) -> int:
        """How many sets of answers it holds."""
        return prod(len(values) for values in self.axes.values())

    def __iter__(self) -> Iterator[Answers]:
        for values in product(*self.axes.values()):
            yield Answers.model_validate(dict(zip(self.axes, values, strict=True)))


def signs(question: str) -> tuple[str, ...]:
    """Return the codes of a checklist that are not "none"."""
    asked = QUESTIONS[question]
    return tuple(code for code in asked.codes if code not in asked.exclusive)


def subsets(question: str) -> Sequence[Choice]:
    """Return every possible answer to a checklist, at the position that its bits spell."""
    codes = signs(question)
    return [_chosen(codes, number) or ("none",) for number in range(2 ** len(codes))]


def _chosen(codes: tuple[str, ...], number: int) -> tuple[str, ...]:
    return tuple(compress(codes, (number >> bit & 1 for bit in range(len(codes)))))


def _each_alone(question: str) -> Sequence[Choice]:
    return [(code,) for code in QUESTIONS[question].codes]


def _every(question: str) -> Sequence[Choice]:
    asked = QUESTIONS[question]
    if asked.kind == "integer" and asked.minimum is not None and asked.maximum is not None:
        return range(asked.minimum, asked.maximum + 1)
    return asked.codes if asked.required else (None, *asked.codes)


_NO_SIGNS: Axes = {
    "emergency_signs": [("none",)],
    "unwell_signs": [("none",)],
    "history": [("none",)],
}
_MILD: Axes = _NO_SIGNS | {
    "regions": [("lower_back",)],
    "spread": ["none"],
    "duration": ["lt_1w"],
    "trend": ["better"],
    "onset": ["lifting_exercise"],
    "function": ["normal"],
    "age": [34],
    "pain": [2],
}
# Severe without a single sign: it must not reach urgent by itself, or signs could not raise it.
_SEVERE: Axes = _NO_SIGNS | {
    "regions": [("neck", "upper_back")],
    "spread": ["one_leg"],
    "duration": ["gt_12w"],
    "trend": ["worse"],
    "onset": ["gradual"],
    "function": ["limited"],
    "age": [44],
    "pain": [8],
}
_EMERGENCY: Axes = {"emergency_signs": subsets("emergency_signs")}
_HEALTH: Axes = {"unwell_signs": subsets("unwell_signs"), "history": subsets("history")}

SWEEPS = (
    Sweep("emergency-mild", "Every set of emergency signs in a mild case", _MILD | _EMERGENCY),
    Sweep(
        "emergency-severe", "Every set of emergency signs in a severe case", _SEVERE | _EMERGENCY
    ),
    Sweep("health-mild", "Every set of unwell signs and history in a mild case", _MILD | _HEALTH),
    Sweep(
        "health-severe", "Every set of unwell signs and history in a severe case", _SEVERE | _HEALTH
    ),
    Sweep(
        "course",
        "Every course of the pain, with no sign and no history, at ages 17, 18 and 65",
        _NO_SIGNS
        | {
            "age": [17, 18, 65],
            "regions": [("lower_back",), ("neck",), ("upper_back",), ("neck", "upper_back")],
            **{name: _every(name) for name in ("spread", "duration", "trend", "onset")},
            **{name: _every(name) for name in ("function", "pain")},
        },
    ),
    Sweep(
        "pain",
        "Every pain score with each unwell sign and each history item, after lifting or a fall",
        _MILD
        | {
            "unwell_signs": _each_alone("unwell_signs"),
            "history": _each_alone("history"),
            "onset": ["lifting_exercise", "minor_fall", "major_trauma"],
            "trend": _every("trend"),
            "function": _every("function"),
            "pain": _every("pain"),
        },
    ),
)
