"""The OpenAPI document keeps its word: schemathesis makes calls from it and judges the answers."""

import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest
import schemathesis
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from jsonschema_rs import validator_for
from schemathesis import Case, CheckFunction, GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.parameters import ParameterLocation
from schemathesis.python.asgi import get_client
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    positive_data_acceptance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)
from starlette.testclient import TestClient

from referral.app import ROUTERS
from referral.settings import Settings
from referral.staff.scopes import Scope
from referral.statistics.service import take_stock
from world import Practice, add_key, house, open_practice, request_body, send_request

CONFIG = schemathesis.Config.from_dict(
    {
        "seed": 1,
        # The key is sent with every call: whether it is needed, test_doors.py tells.
        "generation": {"deterministic": True, "with-security-parameters": False},
        # What is broken is refused as such, before anybody asks whether it were possible now.
        "checks": {"negative_data_rejection": {"expected-statuses": ["400", "404", "422"]}},
    }
)
FEW = settings(
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.generate, Phase.shrink],
)
ALWAYS: tuple[CheckFunction, ...] = (
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
)
DOCUMENT: list[str] = []
Operation = tuple[str, str]
# Schemathesis waits for the end of an answer; tests/feed listens to it.
ENDLESS: set[Operation] = {("GET", "/api/v1/events/stream")}
OPERATIONS: list[Operation] = sorted(
    (method, path)
    for router in ROUTERS
    for route in router.routes
    if (path := str(getattr(route, "path_format", ""))).startswith("/api/v1")
    for method in getattr(route, "methods", ())
    if (method, path) not in ENDLESS
)
# What may be sent here follows rules that JSON Schema cannot say.
RULES_BEYOND: dict[Operation, str] = {
    ("GET", "/api/v1/clinics"): "either a ZIP code or a point",
    ("PATCH", "/api/v1/clinic"): "times of a day in order, a zone that exists, a real phone number",
    ("GET", "/api/v1/requests"): "a cursor comes from the page before, a reference from us",
    ("GET", "/api/v1/requests/export"): "a time in a century that we know",
    ("GET", "/api/v1/requests/{request_id}/notes"): "a cursor is the id of a note",
    ("GET", "/api/v1/statistics"): "a period that ends after it begins",
    ("POST", "/api/v1/assessments"): "“none” stands alone",
    ("POST", "/api/v1/clinic/chiropractors"): "an Idempotency-Key for each call",
    ("POST", "/api/v1/follow"): "a reference and its code",
    ("POST", "/api/v1/keys"): "a moment that is still to come, fewer than a hundred keys",
    ("POST", "/api/v1/follow/{token}/moves"): "If-Match names the version",
    (
        "POST",
        "/api/v1/requests",
    ): "somebody reachable, a clinic that takes requests, a time to come",
    ("POST", "/api/v1/requests/search"): "an e-mail address or a phone number, beside the same",
    ("POST", "/api/v1/requests/{request_id}/moves"): "If-Match, and a time that the person named",
    ("POST", "/api/v1/requests/moves"): "each request once, and what moves need by themselves",
    ("PUT", "/api/v1/requests/{request_id}/assignee"): "a key of the clinic",
    ("POST", "/api/v1/requests/{request_id}/notes"): "more than spaces, and printable",
    ("POST", "/api/v1/webhooks"): "an address that leads somewhere, and five at most",
    ("PATCH", "/api/v1/webhooks/{webhook_id}"): "an address that leads somewhere",
    ("POST", "/api/v1/webhooks/{webhook_id}/ping"): "one at a time",
    ("POST", "/api/v1/webhooks/{webhook_id}/rotate"): "not too often in a day",
    ("POST", "/api/v1/webhooks/{webhook_id}/replay"): "a number that the clinic has reached",
}
# Without parameters, or with one that may be any text.
CANNOT_BE_WRONG: set[Operation] = {
    ("GET", "/api/v1/clinic"),
    ("GET", "/api/v1/clinic/register"),
    ("GET", "/api/v1/consent"),
    ("GET", "/api/v1/follow/{token}"),
    ("GET", "/api/v1/keys"),
    ("GET", "/api/v1/public-statistics"),
    ("GET", "/api/v1/questions"),
    ("GET", "/api/v1/webhooks"),
}
# All that can be wrong is the address itself, which then is that of nothing.
LEADS_NOWHERE: set[Operation] = {("GET", "/api/v1/requests/{request_id}")}
# Schemathesis breaks the code of one move into that of another, which is then a valid body.
BREAKS_INTO_VALID: set[Operation] = {("POST", "/api/v1/follow/{token}/moves")}

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

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
# What is wrong is refused before any database is asked, so that half of the tests need but one.
MOST = {"sqlite": 40, "postgresql": 5}


@pytest.fixture(name="settings")
def settings_with_targets(settings: Settings) -> Settings:
    """Nobody listens on this machine, and it says so at once."""
    return settings.model_copy(update={"webhook_private_targets": True})


@pytest.mark.parametrize("operation", OPERATIONS, ids=" ".join)
def test_what_the_document_allows_is_answered_as_it_says(
    client: TestClient, operation: Operation
) -> None:
    practice = run_by_admin(client)
    checks = ALWAYS if operation in RULES_BEYOND else (*ALWAYS, positive_data_acceptance)
    seen = set()

    @settings(FEW, max_examples=MOST[house(client).database.engine.dialect.name])
    @given(case=described(client, operation).as_strategy(), real=st.booleans())
    def call(case: Case[Any], *, real: bool) -> None:
        if real:
            make_real(case, client, practice)
        seen.add(answered(case, client, practice, checks))

    call()
    assert seen & {200, 201, 204}


@ON_SQLITE
@pytest.mark.parametrize(
    "operation", [one for one in OPERATIONS if one not in CANNOT_BE_WRONG], ids=" ".join
)
def test_what_the_document_forbids_is_refused(client: TestClient, operation: Operation) -> None:
    practice = run_by_admin(client)
    seen = set()

    @settings(FEW, max_examples=120)
    @given(case=described(client, operation).as_strategy(GenerationMode.NEGATIVE))
    def call(case: Case[Any]) -> None:
        # What leads nowhere is refused, whatever else is wrong with it.
        make_reachable(case, client, practice)
        skipped = operation in BREAKS_INTO_VALID and is_allowed_after_all(case)
        checks = ALWAYS if skipped else (*ALWAYS, negative_data_rejection)
        seen.add(answered(case, client, practice, checks))

    call()
    assert (404 if operation in LEADS_NOWHERE else 422) in seen


def run_by_admin(client: TestClient) -> Practice:
    """Return a clinic whose key may do everything."""
    practice = open_practice(client)
    row, key = add_key(client, practice.clinic_id, Scope.ADMIN)
    return replace(practice, key_id=row.id, key=key)


def described(client: TestClient, operation: Operation) -> APIOperation[Any, Any, Any, Any]:
    """Return an operation of the application under test, as its document describes it."""
    method, path = operation
    # Each application here would write the same, and take a tenth of a second for it.
    if not DOCUMENT:
        DOCUMENT.append(client.get("/api/v1/openapi.json").text)
    return schemathesis.openapi.from_dict(json.loads(DOCUMENT[0]), config=CONFIG)[path][method]


def answered(
    case: Case[Any], client: TestClient, practice: Practice, checks: tuple[CheckFunction, ...]
) -> int:
    """Make the call as the clinic's staff, judge the answer and return its status."""
    app: Any = client.app
    answer = case.call_and_validate(
        base_url=house(client).settings.origin,
        session=get_client(app),
        headers=practice.bearer,
        checks=list(checks),
    )
    return answer.status_code


def is_allowed_after_all(case: Case[Any]) -> bool:
    """Say whether the document, read anew, allows the body that was broken."""
    document: Any = case.operation.schema.raw_schema
    place = document["paths"][case.path][case.method.lower()]["requestBody"]["content"]
    schema = place["application/json"]["schema"] | {"components": document["components"]}
    is_json = isinstance(case.body, dict)
    return is_json and validator_for(schema, validate_formats=True).is_valid(case.body)


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
