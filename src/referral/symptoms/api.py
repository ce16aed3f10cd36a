"""The JSON door to the questions and the assessment."""

from dataclasses import asdict, replace
from uuid import UUID, uuid4

from fastapi import APIRouter, Response

from referral.languages import words
from referral.repeats import Call
from referral.symptoms.guidance import GUIDANCE, in_full
from referral.symptoms.questions import QUESTIONS, Question
from referral.symptoms.representations import AssessmentShown, QuestionShown
from referral.symptoms.schemas import AnswersIn
from referral.symptoms.service import record, said_of
from referral.symptoms.triage import Assessment, may_request
from referral.web.callers import CallerDep
from referral.web.deps import HouseDep, IdempotencyKey
from referral.web.languages import told
from referral.web.problems import documented
from referral.web.queries import ApiRoute

router = APIRouter(prefix="/api/v1", tags=["Symptoms"], route_class=ApiRoute)


@router.get("/questions", operation_id="listQuestions", responses=documented(422))
async def list_questions(response: Response) -> list[QuestionShown]:
    """Return the questions of the symptom form, in the order in which they are asked."""
    response.headers.update(told())
    return [QuestionShown.model_validate(asdict(_in_words(q))) for q in QUESTIONS.values()]


@router.post(
    "/assessments",
    operation_id="createAssessment",
    status_code=201,
    responses=documented(400, 413, 422, 429, 503),
)
def create_assessment(
    body: AnswersIn,
    house: HouseDep,
    caller: CallerDep,
    *,
    response: Response,
    idempotency_key: IdempotencyKey = None,
) -> AssessmentShown:
    """Assess a complete set of answers. Its id allows a request for the next 24 hours."""
    caller.take("assess")
    response.headers.update(told())
    assessment_id, now = uuid4(), house.now()
    return house.creating(
        Call("createAssessment", idempotency_key, body, AssessmentShown),
        lambda session: _shown(
            assessment_id,
            record(session, body.answers, assessment_id, vault=house.vault, now=now),
            number=house.settings.emergency_number,
        ),
    )


def _shown(assessment_id: UUID, assessment: Assessment, *, number: str) -> AssessmentShown:
    guidance = GUIDANCE[assessment.level]
    return AssessmentShown(
        id=assessment_id,
        level=assessment.level,
        rules=[said_of(match.rule) for match in assessment.matched],
        flags=list(assessment.flags),
        may_request=may_request(assessment.level, doctor_cleared=False),
        needs_doctor_cleared=assessment.level.needs_doctor_cleared,
        now=in_full(guidance.now, number),
        more_urgent=in_full(guidance.more_urgent, number),
        rules_version=assessment.rules_version,
    )


def _in_words(question: Question) -> Question:
    """Return a question in the language that is spoken."""
    options = (
        replace(option, label=words(option.label), hint=words(option.hint))
        for option in question.options
    )
    return replace(
        question,
        text=words(question.text),
        why=words(question.why),
        help=words(question.help),
        options=tuple(options),
    )
