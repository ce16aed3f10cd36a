"""The pages up to a request, filled in as a person does."""

from starlette.testclient import TestClient

from referral.symptoms.doors import PATHS
from world import MILD, Json

TYPED = {
    "name": "Sam Sample",
    "phone": "212 555 0142",
    "preferred_contact": "phone",
    "preferred_windows": "2026-12-03_morning",
    "note": "The ramp, please",
}


def answer_the_questions(client: TestClient, answers: Json = MILD) -> str:
    """Fill in the symptom form and return where it leads."""
    for question, path in PATHS.items():
        typed = {question: answers.get(question, "")}
        answer = client.post(path, data=typed, follow_redirects=False)
    return str(answer.headers["location"])
