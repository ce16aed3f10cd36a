"""Calls drawn by schemathesis, made real: with what only the service or its people know."""

from collections.abc import Callable, Mapping
from typing import Any

from schemathesis import Case
from schemathesis.core.parameters import ParameterLocation
from starlette.testclient import TestClient

from referral.statistics.service import take_stock
from world import PERSON, Practice, add_key, house, request_body, send_request

Operation = tuple[str, str]
NOBODY = {"url": "http://127.0.0.1:9/", "label": "Front desk"}

REAL_BODIES: Mapping[Operation, Any] = {
    ("PATCH", "/api/v1/clinic"): {"accepting": "waitlist"},
    ("POST", "/api/v1/follow/{token}/moves"): {"action": "cancel"},
    ("POST", "/api/v1/keys"): {"label": "front desk"},
    ("POST", "/api/v1/webhooks"): NOBODY,
    ("PATCH", "/api/v1/webhooks/{webhook_id}"): {"label": "Back office"},
    ("POST", "/api/v1/webhooks/{webhook_id}/replay"): {"after": 0},
}

REAL_QUERIES: Mapping[Operation, Any] = {
    ("GET", "/api/v1/clinics"): {"zip": "10001"},
    ("GET", "/api/v1/statistics"): {
        "from": "2026-12-01T00:00:00Z",
        "before": "2027-01-01T00:00:00Z",
    },
}


def make_reachable(case: Case[Any], client: TestClient, practice: Practice) -> None:
    """Put in the ids of things that are there, the version, and the place of a search."""
    wrong_path = case.meta is not None and case.meta.is_negative_at(ParameterLocation.PATH)
    if case.path_parameters and not wrong_path:
        case.path_parameters = {name: MADE[name](client, practice) for name in case.path_parameters}
    if case.path.endswith(("/moves", "/assignee")) or case.path == "/api/v1/clinic":
        case.headers["If-Match"] = "*"
    if case.path == "/api/v1/clinics" and "near" not in case.query:
        case.query.setdefault("zip", "10001")


def add_person(client: TestClient, practice: Practice) -> str:
    """Add a chiropractor, who has no visits, and return their id."""
    people = "/api/v1/clinic/chiropractors"
    answer = client.post(people, json={"name": "Dr. Made Up"}, headers=practice.bearer)
    return str(answer.json()["id"])


def a_webhook(client: TestClient, practice: Practice) -> str:
    """Return the id of a webhook, made where there is none, to which nobody listens."""
    made = client.get("/api/v1/webhooks", headers=practice.bearer).json()["items"]
    if not made:
        answer = client.post("/api/v1/webhooks", json=NOBODY, headers=practice.bearer)
        made = [answer.json()]
    return str(made[0]["id"])


# By the name of a parameter, what makes the thing that it names.
MADE: Mapping[str, Callable[[TestClient, Practice], str]] = {
    "clinic_id": lambda _, practice: str(practice.clinic_id),
    "request_id": lambda client, practice: str(send_request(client, practice.clinic_id)["id"]),
    "token": lambda client, practice: str(send_request(client, practice.clinic_id)["follow_token"]),
    "chiropractor_id": add_person,
    "key_id": lambda client, practice: str(add_key(client, practice.clinic_id)[0].id),
    "webhook_id": a_webhook,
}


def make_real(case: Case[Any], client: TestClient, practice: Practice) -> None:
    """Put in all that only the service or its people know, so that the call can succeed."""
    make_reachable(case, client, practice)
    body: Any = case.body
    operation = (case.method, case.path)
    case.body = REAL_BODIES.get(operation, body)
    case.query = REAL_QUERIES.get(operation, case.query)
    without_riddles(case.query)
    without_riddles(case.body)
    match case.method, case.path:
        case "POST", "/api/v1/requests":
            case.body = body | request_body(client, practice.clinic_id)
        case "POST", "/api/v1/assessments":
            answers = {name: first(value) for name, value in body["answers"].items()}
            case.body = {"answers": answers}
        case "POST", "/api/v1/follow":
            sent = send_request(client, practice.clinic_id)
            case.body = {"reference": sent["reference"], "code": sent["spoken_code"]}
        case "POST", "/api/v1/follow/{token}/copy":
            case.body = {"contact": PERSON["email"]}
        case "POST", "/api/v1/requests/moves":
            sent = send_request(client, practice.clinic_id)
            case.body = {"items": [{"id": sent["id"], "version": 1, "move": {"action": "receive"}}]}
        case "PUT", "/api/v1/requests/{request_id}/assignee":
            case.body = {"key_id": str(practice.key_id)}
        case "GET", "/api/v1/public-statistics":
            take_stock(house(client).database, now=house(client).now())


def without_riddles(given: Any) -> None:  # noqa: ANN401 - a query or a body
    """Take out what only we give, and what must be spelled like an address."""
    for name in ("cursor", "reference", "contact"):
        if isinstance(given, dict):
            given.pop(name, None)


def first(value: Any) -> Any:  # noqa: ANN401 - any answer
    """Return a list with its first element only, and anything else as it is."""
    return value[:1] if isinstance(value, list) else value
