"""A copy of what is held about a person, in words for the file that they save."""

from typing import Any

from referral.appointments import wording
from referral.appointments.following.copies import CopiedRequest, Copy
from referral.appointments.following.follow_view import look_row, timeline
from referral.appointments.reasons import DECLINE_REASONS, NEXT_STEPS
from referral.symptoms.guidance import GUIDANCE
from referral.symptoms.levels import Level
from referral.symptoms.outcome import answered


def shown(copy: Copy) -> dict[str, Any]:
    """Return what the template of the file needs."""
    return {"made_at": copy.made_at, "requests": [_request(each) for each in copy.requests]}


def _request(copied: CopiedRequest) -> dict[str, Any]:
    assessment, decision = copied.assessment, copied.decision
    reason, next_step = (decision.reason, decision.next_step) if decision else (None, None)
    return {
        "copied": copied,
        "person": copied.person,
        "state": wording.STATES[copied.state][0],
        "outcome": GUIDANCE[Level(copied.level)].title,
        "answers": answered(assessment.answers) if assessment else [],
        "rules": [rule.reason for rule in assessment.rules] if assessment else [],
        "windows": [wording.window_words(w.date, w.part) for w in copied.preferred_windows],
        "reason": DECLINE_REASONS[reason] if reason else "",
        "next_step": NEXT_STEPS[next_step] if next_step else "",
        "message": decision.message if decision else "",
        "timeline": timeline(copied),
        "looks": [look_row(item, copied) for item in copied.looks],
    }
