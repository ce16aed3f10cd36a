"""Small conditions about the answers that combine into rules, and say what made them true.

A condition that holds returns its evidence: the answers it rests on. One that does not hold returns
None. Evidence may be empty, so ask `is not None`. An answer that was not given makes only `IsNot`
and `Lacks` true: a gap reassures nobody.
"""

from typing import NamedTuple, Protocol

from referral.symptoms.questions import QUESTIONS
from referral.symptoms.schemas import Answers


class Fact(NamedTuple):
    """One answer that counted: a code or a number; None where the question was left open."""

    question: str
    value: str | int | None


Evidence = tuple[Fact, ...]


class Condition(Protocol):
    """Anything that can be asked of the answers and can describe itself."""

    def evidence(self, answers: Answers) -> Evidence | None:
        """Return the facts that make it true, in the order the rule names them, or None."""

    def words(self) -> str:
        """Return the condition as a phrase for the documentation."""


class Has:
    """True if a list answer holds at least one of the codes."""

    def __init__(self, question: str, *codes: str) -> None:
        self._question = question
        self._facts = _facts(question, codes)
        self._codes = frozenset(codes)

    def evidence(self, answers: Answers) -> Evidence | None:
        """See `Condition`."""
        given = getattr(answers, self._question)
        if self._codes.isdisjoint(given):
            return None
        return tuple([self._facts[code] for code in given if code in self._facts])

    def words(self) -> str:
        """See `Condition`."""
        return f"`{self._question}` has {_labels(self._question, self._facts, 'or')}"


class HasAll(Has):
    """True if a list answer holds every one of the codes."""

    def evidence(self, answers: Answers) -> Evidence | None:
        """See `Condition`."""
        found = super().evidence(answers)
        return found if found and len(found) == len(self._codes) else None

    def words(self) -> str:
        """See `Condition`."""
        return f"`{self._question}` has {_labels(self._question, self._facts, 'and')}"


class Lacks:
    """True unless a list answer holds the code, so also when the question was left open."""

    def __init__(self, question: str, code: str) -> None:
        self._question = question
        self._facts = _facts(question, (code,))

    def evidence(self, answers: Answers) -> Evidence | None:
        """See `Condition`; an absence rests on no answer, so the evidence is empty."""
        return () if self._facts.keys().isdisjoint(getattr(answers, self._question)) else None

    def words(self) -> str:
        """See `Condition`."""
        return f"`{self._question}` does not have {_labels(self._question, self._facts, 'or')}"


class Is:
    """True if a single answer was given and is one of the codes."""

    def __init__(self, question: str, *codes: str) -> None:
        self._question = question
        self._found = {code: (fact,) for code, fact in _facts(question, codes).items()}

    def evidence(self, answers: Answers) -> Evidence | None:
        """See `Condition`."""
        return self._found.get(getattr(answers, self._question))

    def words(self) -> str:
        """See `Condition`."""
        return f"`{self._question}` is {_labels(self._question, self._found, 'or')}"


class IsNot:
    """True unless a single answer is the code, so also when the question was left open."""

    def __init__(self, question: str, code: str) -> None:
        self._question = question
        self._facts = _facts(question, (code,))

    def evidence(self, answers: Answers) -> Evidence | None:
        """See `Condition`; the evidence is the other answer, or the gap."""
        given = getattr(answers, self._question)
        return None if given in self._facts else (Fact(self._question, given),)

    def words(self) -> str:
        """See `Condition`."""
        label = _labels(self._question, self._facts, "or")
        return f"`{self._question}` is anything but {label}, or was left open"


class AtLeast:
    """True if a number is `bound` or more."""

    def __init__(self, question: str, bound: int) -> None:
        self._question = question
        self._bound = _bounded(question, bound)

    def evidence(self, answers: Answers) -> Evidence | None:
        """See `Condition`."""
        given = getattr(answers, self._question)
        return (Fact(self._question, given),) if given >= self._bound else None

    def words(self) -> str:
        """See `Condition`."""
        return f"`{self._question}` is {self._bound} or more"


class Below:
    """True if a number is less than `bound`."""

    def __init__(self, question: str, bound: int) -> None:
        self._question = question
        self._bound = _bounded(question, bound)

    def evidence(self, answers: Answers) -> Evidence | None:
        """See `Condition`."""
        given = getattr(answers, self._question)
        return (Fact(self._question, given),) if given < self._bound else None

    def words(self) -> str:
        """See `Condition`."""
        return f"`{self._question}` is under {self._bound}"


class All:
    """True if every part is; the evidence is that of all parts."""

    def __init__(self, *parts: Condition) -> None:
        self._parts = parts

    def evidence(self, answers: Answers) -> Evidence | None:
        """See `Condition`."""
        found: list[Fact] = []
        for part in self._parts:
            facts = part.evidence(answers)
            if facts is None:
                return None
            found += facts
        return tuple(dict.fromkeys(found))

    def words(self) -> str:
        """See `Condition`."""
        return " **and** ".join(_grouped(part) for part in self._parts)


class Any:
    """True if at least one part is; the evidence is that of every part that holds."""

    def __init__(self, *parts: Condition) -> None:
        self._parts = parts

    def evidence(self, answers: Answers) -> Evidence | None:
        """See `Condition`."""
        held = [facts for part in self._parts if (facts := part.evidence(answers)) is not None]
        return tuple(dict.fromkeys([fact for facts in held for fact in facts])) if held else None

    def words(self) -> str:
        """See `Condition`."""
        return " **or** ".join(_grouped(part) for part in self._parts)


class Otherwise:
    """Always true, resting on nothing: the last row of a table in which the first match decides."""

    def evidence(self, answers: Answers) -> Evidence | None:  # noqa: ARG002 - the protocol's name
        """See `Condition`."""
        return ()

    def words(self) -> str:
        """See `Condition`."""
        return "no other rule does"


def _facts(question: str, codes: tuple[str, ...]) -> dict[str, Fact]:
    unknown = set(codes) - set(QUESTIONS[question].codes)
    if unknown or not codes:
        raise ValueError(f"{question} has no answer {sorted(unknown)}")
    return {code: Fact(question, code) for code in codes}


def _bounded(question: str, bound: int) -> int:
    asked = QUESTIONS[question]
    if asked.minimum is None or asked.maximum is None or not asked.minimum < bound <= asked.maximum:
        raise ValueError(f"{question} cannot be split at {bound}")
    return bound


def _labels(question: str, codes: dict[str, Fact] | dict[str, tuple[Fact]], joint: str) -> str:
    options = QUESTIONS[question].options
    *rest, last = [f"“{option.label}”" for option in options if option.code in codes]
    return f"{', '.join(rest)} {joint} {last}" if rest else last


def _grouped(part: Condition) -> str:
    return f"({part.words()})" if isinstance(part, (All, Any)) else part.words()
