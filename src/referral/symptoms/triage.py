"""Which door the answers lead to, and which answers decided: the triage rules applied, purely.

Every warning rule is tried and the highest level among those that hold wins, so one more sign can
only raise the outcome. Only where none holds does the first calm rule that holds decide.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, NamedTuple

from referral.symptoms.conditions import Evidence
from referral.symptoms.flags import FLAGS, Flag
from referral.symptoms.levels import Level
from referral.symptoms.rule import Rule
from referral.symptoms.rules_medical import EMERGENCY_RULES, URGENT_RULES
from referral.symptoms.rules_visit import CALM_RULES, DOCTOR_RULES
from referral.symptoms.schemas import Answers

__all__ = [
    "FLAGS",
    "RULES",
    "RULES_VERSION",
    "RULE_BOOKS",
    "Assessment",
    "Flag",
    "Level",
    "Match",
    "Rule",
    "assess",
    "emergency_already",
    "may_request",
]

# A material change of a rule takes a new version here, and keeps the old rules in RULE_BOOKS.
RULES_VERSION = "2026-draft-1"

WARNING_RULES = EMERGENCY_RULES + URGENT_RULES + DOCTOR_RULES
RULES = WARNING_RULES + CALM_RULES

# Every version that a stored assessment may name, each rule under its id: an old assessment is
# explained by the rules it was made with.
RULE_BOOKS: Mapping[str, Mapping[str, Rule]] = MappingProxyType(
    {RULES_VERSION: MappingProxyType({rule.id: rule for rule in RULES})}
)


# Answers that meet no emergency rule, standing in for questions that were not asked yet.
_UNASKED: Mapping[str, Any] = MappingProxyType(
    dict.fromkeys(("duration", "trend", "onset"))
    | dict.fromkeys(("unwell_signs", "history", "regions"), ())
    | {"pain": 0}
)


class Match(NamedTuple):
    """A rule that holds, and the answers that made it hold."""

    rule: Rule
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class Assessment:
    """The outcome: `matched` has the deciding rules first, `flags` are codes of `FLAGS`."""

    level: Level
    matched: tuple[Match, ...]
    flags: tuple[str, ...]
    rules_version: str

    @property
    def deciding(self) -> tuple[Match, ...]:
        """The matches at the level that won; the others would not have changed the outcome."""
        return tuple(match for match in self.matched if match.rule.level is self.level)


def assess(answers: Answers) -> Assessment:
    """Return the outcome for one complete set of answers; the same answers, the same outcome."""
    matched = _matching(WARNING_RULES, answers) or _matching(CALM_RULES, answers)[:1]
    return Assessment(
        level=matched[0].rule.level,
        matched=matched,
        flags=tuple(flag.code for flag in FLAGS if flag.when.evidence(answers) is not None),
        rules_version=RULES_VERSION,
    )


def emergency_already(signs: Iterable[str]) -> tuple[Match, ...]:
    """Return the emergency rules that hold on the emergency signs alone; more answers only add.

    So that a person who has such a sign need not answer anything else first.
    """
    so_far = Answers.model_construct(**{**_UNASKED, "emergency_signs": tuple(signs)})
    return _matching(EMERGENCY_RULES, so_far)


def may_request(level: Level, *, doctor_cleared: bool) -> bool:
    """Return whether a person at this level may ask a clinic for an appointment.

    `doctor_cleared` is the person's statement that a doctor has examined this episode and agreed to
    hands-on care; it opens only the level that waits for it.
    """
    if level.is_medical:
        return False
    return doctor_cleared or not level.needs_doctor_cleared


def _matching(rules: tuple[Rule, ...], answers: Answers) -> tuple[Match, ...]:
    # The tables run from the highest level to the lowest, so the first match is a deciding one.
    return tuple(
        [
            Match(rule, evidence)
            for rule in rules
            if (evidence := rule.when.evidence(answers)) is not None
        ]
    )
