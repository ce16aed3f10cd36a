"""The pages up to a request, filled in as a person does."""

import re
from datetime import timedelta
from typing import cast

from starlette.testclient import TestClient

from conftest import Clock
from referral.appointments import consent
from referral.symptoms.doors import PATHS
from referral.web.opening import SHORTEST
from world import MILD, Json, house

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


def agree(client: TestClient, form: str, *, reading: timedelta = SHORTEST) -> Json:
    """Read the last page before sending, and return what its form says once the box is ticked."""
    page = client.get(f"{form}/review").text
    cast("Clock", house(client).now).now += reading
    return {"consent_version": consent.VERSION, "opened": opened_in(page)}


def opened_in(page: str) -> str:
    """Return what the form says of when it was opened."""
    found = re.search(r'name="opened" value="([^"]+)"', page)
    return found[1] if found else ""
