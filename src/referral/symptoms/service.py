"""Keeping an assessment, and reading it again for the clinic that was asked."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlmodel import Session, col, insert, select

from referral.languages import words
from referral.symptoms.models import AssessmentRow
from referral.symptoms.rule import Rule
from referral.symptoms.schemas import Answers, MatchedRule
from referral.symptoms.triage import RULE_BOOKS, Assessment, assess
from referral.vault import Vault

OUTCOME = "assessments.outcome"


def record(
    session: Session, answers: Answers, assessment_id: UUID, *, vault: Vault, now: datetime
) -> Assessment:
    """Assess `answers` and store them, sealed, with their outcome and the version of the rules."""
    assessment = assess(answers)
    key = vault.new_key(assessment_id)
    outcome = {
        "answers": answers.model_dump(mode="json"),
        "rules": [match.rule.id for match in assessment.matched],
        "flags": list(assessment.flags),
    }
    session.execute(
        insert(AssessmentRow).values(
            id=assessment_id,
            level=assessment.level.value,
            rules_version=assessment.rules_version,
            created_at=now,
            wrapped_key=key.wrapped,
            outcome=key.seal(OUTCOME, outcome),
        )
    )
    return assessment


def ensure(
    session: Session, answers: Answers, assessment_id: UUID, *, vault: Vault, now: datetime
) -> None:
    """Record the assessment unless it is there already, as it is when a form is sent again."""
    known = select(AssessmentRow.id).where(col(AssessmentRow.id) == assessment_id)
    if session.exec(known).first() is None:
        record(session, answers, assessment_id, vault=vault, now=now)


def recall(session: Session, assessment_id: UUID, *, vault: Vault) -> dict[str, Any] | None:
    """Return what was answered and which rules it met, or None once that was erased.

    The rules are those of the version that was in force when the person answered.
    """
    row = session.exec(
        select(AssessmentRow).where(col(AssessmentRow.id) == assessment_id)
    ).one_or_none()
    if row is None or row.wrapped_key is None:
        return None
    outcome = vault.open_key(row.id, row.wrapped_key).unseal(OUTCOME, row.outcome)
    book = RULE_BOOKS[row.rules_version]
    return {
        "level": row.level,
        "rules_version": row.rules_version,
        **outcome,
        "rules": [said_of(book[rule]) for rule in outcome["rules"]],
    }


def said_of(rule: Rule) -> MatchedRule:
    """Return a rule that the answers met, in the language that is spoken."""
    return MatchedRule(id=rule.id, level=rule.level, reason=words(rule.reason), source=rule.source)
