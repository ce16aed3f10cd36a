"""The facts of the outcome page: the level, the answers that decided it and why, what to do."""

from collections.abc import Mapping, Sequence
from typing import Any

from referral.languages import words
from referral.symptoms.doors import PATHS, Check
from referral.symptoms.flags import FLAGS
from referral.symptoms.guidance import GUIDANCE, in_full
from referral.symptoms.levels import Level
from referral.symptoms.questions import QUESTIONS
from referral.symptoms.triage import Match, assess, emergency_already, may_request


def outcome_of(check: Check, emergency_number: str) -> dict[str, Any] | None:
    """Return what the outcome page shows, or None while answers are missing.

    One emergency sign is enough for an outcome: then nothing more is asked.
    """
    answers = check.answers
    if answers is not None:
        found = assess(answers)
        return _shown(
            found.level,
            found.matched,
            flags=found.flags,
            check=check,
            emergency_number=emergency_number,
        )
    matched = emergency_already(check.given.get("emergency_signs", ()))
    if matched:
        return _shown(
            Level.EMERGENCY, matched, flags=(), check=check, emergency_number=emergency_number
        )
    return None


def answered(given: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return every question that was asked, with its answer in words (none where it was left open).

    Each is {question, words, url}; the url leads to the page of the question.
    """
    return [
        {
            "question": asked.text,
            "words": _words(question, given[question]),
            "url": PATHS[question],
        }
        for question, asked in QUESTIONS.items()
        if question in given
    ]


def _shown(
    level: Level,
    matched: Sequence[Match],
    *,
    flags: Sequence[str],
    check: Check,
    emergency_number: str,
) -> dict[str, Any]:
    guidance = GUIDANCE[level]
    return {
        "level": level,
        "guidance": guidance,
        "now": in_full(guidance.now, emergency_number),
        "more_urgent": in_full(guidance.more_urgent, emergency_number),
        "deciding": [_reason(match) for match in matched if match.rule.level is level],
        "others": [_reason(match) for match in matched if match.rule.level is not level],
        "flags": [flag for flag in FLAGS if flag.code in flags],
        "request_form": _request_form(level, doctor_cleared=check.doctor_cleared),
        "chosen_clinic": check.clinic,
        "answers": answered(check.known),
    }


def _request_form(level: Level, *, doctor_cleared: bool) -> str:
    if may_request(level, doctor_cleared=doctor_cleared):
        return "open"
    return "doctor" if level.needs_doctor_cleared else "closed"


def _reason(match: Match) -> dict[str, Any]:
    rule = match.rule
    return {
        "id": rule.id,
        "reason": rule.reason,
        "source": rule.source,
        "answers": [_answer(fact.question, fact.value) for fact in match.evidence],
    }


def _words(question_id: str, value: Any) -> list[str]:  # noqa: ANN401 - what JSON can hold
    values = value if isinstance(value, list) else [value]
    labels = {option.code: words(option.label) for option in QUESTIONS[question_id].options}
    return [labels.get(one, str(one)) for one in values if one not in (None, "")]


def _answer(question_id: str, value: str | int | None) -> str:
    """Return an answer in the words in which it was given."""
    question = QUESTIONS[question_id]
    labels = {option.code: words(option.label) for option in question.options}
    return labels.get(str(value), f"{words(question.text)} {value}" if value is not None else "")
