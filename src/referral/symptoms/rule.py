"""One row of the triage table."""

from dataclasses import dataclass

from referral.symptoms.conditions import Condition
from referral.symptoms.levels import Level


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """If `when` holds, the person belongs at `level` or above.

    `reason` speaks to the person: why this answer matters, without naming an illness they may have.
    `source` names where the rule comes from; “design rule” means that this project chose it, on the
    safe side, without a published threshold.
    """

    id: str
    level: Level
    when: Condition
    reason: str
    source: str
