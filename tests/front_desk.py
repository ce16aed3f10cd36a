"""What staff do by curl: move a request, list, and look at it as its sender."""

from httpx2 import Response
from starlette.testclient import TestClient

from world import (
    INSIDE_WINDOW,
    Json,
    Practice,
)

REQUESTS = "/api/v1/requests"

DECLINE: Json = {"action": "decline", "reason": "no_capacity", "next_step": "other_clinic"}

BOOK: Json = {"action": "book", "starts_at": INSIDE_WINDOW}


def move(
    client: TestClient, practice: Practice, sent: Json, step: Json, *, if_match: str | None = "*"
) -> Response:
    """Make a staff move on a request that was sent."""
    headers = practice.bearer | ({"If-Match": if_match} if if_match else {})
    answer: Response = client.post(f"{REQUESTS}/{sent['id']}/moves", json=step, headers=headers)
    return answer


def listed(client: TestClient, practice: Practice, query: str = "") -> list[str]:
    """Return the ids on the first page of a list."""
    answer = client.get(f"{REQUESTS}?{query}", headers=practice.bearer)
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["items"]]


def follow(client: TestClient, sent: Json) -> Json:
    """Return the request as its sender sees it."""
    seen: Json = client.get(f"/api/v1/follow/{sent['follow_token']}").json()
    return seen
