"""What goes out: the questions, and the outcome of an assessment."""

from uuid import UUID

from pydantic import BaseModel, Field

from referral.symptoms.levels import Level
from referral.symptoms.schemas import MatchedRule


class OptionShown(BaseModel):
    """One answer to choose: its code for the API, its label for people."""

    code: str
    label: str
    hint: str


class QuestionShown(BaseModel):
    """One question of the form."""

    id: str
    text: str
    kind: str
    why: str
    help: str
    required: bool
    options: list[OptionShown]
    exclusive: list[str]
    minimum: int | None
    maximum: int | None
    max_length: int | None


class AssessmentShown(BaseModel):
    """Which door the answers lead to, and why. It sorts; it does not diagnose."""

    id: UUID
    level: Level
    rules: list[MatchedRule] = Field(description="every rule that holds, the deciding ones first")
    flags: list[str] = Field(description="cautions that go to the clinic with a request")
    may_request: bool = Field(description="whether a request may be sent on these answers as is")
    needs_doctor_cleared: bool = Field(
        description="whether a request may be sent once a doctor has agreed to hands-on care"
    )
    now: list[str] = Field(description="what to do now, in plain sentences")
    more_urgent: list[str] = Field(description="what would make it more urgent")
    rules_version: str
