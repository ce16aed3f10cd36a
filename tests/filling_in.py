"""The pages up to a request, filled in as a person does."""

from starlette.testclient import TestClient

from world import MILD, Json

STEPS = {
    "/check": ("emergency_signs", "unwell_signs"),
    "/check/pain": ("regions", "spread", "duration", "trend", "onset", "pain", "function"),
    "/check/you": ("age", "history"),
}
OPTIONAL = {"/check/you": ("tried", "note")}
TYPED = {
    "name": "Sam Sample",
    "phone": "212 555 0142",
    "preferred_contact": "phone",
    "preferred_windows": "2026-12-03_morning",
    "note": "The ramp, please",
}


def answer_the_questions(client: TestClient, answers: Json = MILD) -> str:
    """Fill in the symptom form and return where it leads."""
    for path, questions in STEPS.items():
        given = (*questions, *OPTIONAL.get(path, ()))
        typed = {name: answers[name] for name in given if name in answers}
        answer = client.post(path, data=typed, follow_redirects=False)
    return str(answer.headers["location"])
