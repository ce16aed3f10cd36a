"""The JSON door to the questions and the assessment."""

from dataclasses import asdict
from uuid import uuid4

from fastapi import APIRouter

from referral.symptoms.guidance import GUIDANCE
from referral.symptoms.questions import QUESTIONS
from referral.symptoms.representations import AssessmentShown, QuestionShown
from referral.symptoms.schemas import AnswersIn, MatchedRule
from referral.symptoms.service import record
from referral.symptoms.triage import may_request
from referral.web.deps import HouseDep
from referral.web.problems import documented

router = APIRouter(prefix="/api/v1", tags=["Symptoms"])


@router.get("/questions", operation_id="listQuestions")
async def list_questions() -> list[QuestionShown]:
    """Return the questions of the symptom form, in the order in which they are asked."""
    return [QuestionShown.model_validate(asdict(question)) for question in QUESTIONS.values()]


@router.post(
    "/assessments",
    operation_id="createAssessment",
    status_code=201,
    responses=documented(400, 413, 422, 503),
)
def create_assessment(body: AnswersIn, house: HouseDep) -> AssessmentShown:
    """Assess a complete set of answers. Its id allows a request for the next 24 hours."""
    assessment_id = uuid4()
    with house.database.unit_of_work() as session:
        assessment = record(
            session, body.answers, assessment_id, vault=house.vault, now=house.now()
        )
    guidance = GUIDANCE[assessment.level]
    number = house.settings.emergency_number
    return AssessmentShown(
        id=assessment_id,
        level=assessment.level,
        rules=[MatchedRule.model_validate(match.rule) for match in assessment.matched],
        flags=list(assessment.flags),
        may_request=may_request(assessment.level, doctor_cleared=False),
        needs_doctor_cleared=assessment.level.needs_doctor_cleared,
        now=[sentence.format(emergency_number=number) for sentence in guidance.now],
        more_urgent=[sentence.format(emergency_number=number) for sentence in guidance.more_urgent],
        rules_version=assessment.rules_version,
    )
