"""The OpenAPI document keeps its word: schemathesis makes calls from it and judges the answers."""

import json
from dataclasses import replace
from typing import Any

import pytest
import schemathesis
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from jsonschema_rs import validator_for
from schemathesis import Case, CheckFunction, GenerationMode
from schemathesis.checks import not_a_server_error
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

from described import document
from plans import Sent, listening, read_whole
from real_calls import Operation, make_reachable, make_real
from referral.app import ROUTERS
from referral.settings import Settings
from referral.staff.scopes import Scope
from world import Practice, add_key, house, open_practice

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
    ("GET", "/api/v1/clinics"): "one place that we know",
    ("PATCH", "/api/v1/clinic"): "times of a day in order, a zone that exists, a real phone number",
    ("GET", "/api/v1/requests"): "a cursor comes from the page before, a reference from us",
    ("GET", "/api/v1/requests/export"): "a time in a century that we know",
    ("GET", "/api/v1/requests/{request_id}/notes"): "a cursor is the id of a note",
    ("GET", "/api/v1/statistics"): "a period that ends after it begins",
    ("POST", "/api/v1/assessments"): "“none” stands alone",
    ("POST", "/api/v1/clinic/chiropractors"): "an Idempotency-Key for each call",
    ("POST", "/api/v1/follow"): "a reference and its code",
    ("POST", "/api/v1/keys"): "a moment that is still to come, fewer than a hundred keys",
    ("POST", "/api/v1/follow/{token}/copy"): "a contact that was given with the request",
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
    ("GET", "/api/v1/assignees"),
    ("GET", "/api/v1/clinic"),
    ("GET", "/api/v1/clinic/register"),
    ("GET", "/api/v1/consent"),
    ("GET", "/api/v1/follow/{token}"),
    ("DELETE", "/api/v1/follow/{token}"),
    ("GET", "/api/v1/keys"),
    ("GET", "/api/v1/public-statistics"),
    ("GET", "/api/v1/questions"),
    ("GET", "/api/v1/webhooks"),
    ("POST", "/api/v1/clinic/leave"),
}
# All that can be wrong is the address itself, which then is that of nothing.
LEADS_NOWHERE: set[Operation] = {("GET", "/api/v1/requests/{request_id}")}
# Schemathesis breaks the code of one move into that of another, which is then a valid body.
BREAKS_INTO_VALID: set[Operation] = {
    ("POST", "/api/v1/follow/{token}/moves"),
    ("POST", "/api/v1/requests/moves"),
    ("POST", "/api/v1/requests/{request_id}/moves"),
}


ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
# What is wrong is refused before any database is asked, so that half of the tests need but one.
MOST = {"sqlite": 25, "postgresql": 5}


@pytest.fixture(name="settings")
def settings_with_targets(settings: Settings) -> Settings:
    """Nobody listens on this machine, and it says so at once."""
    return settings.model_copy(update={"webhook_private_targets": True})


@pytest.mark.parametrize("operation", OPERATIONS, ids=" ".join)
def test_what_the_document_allows_is_answered_as_it_says_and_no_table_read_whole(
    client: TestClient, operation: Operation
) -> None:
    practice = run_by_admin(client)
    checks = ALWAYS if operation in RULES_BEYOND else (*ALWAYS, positive_data_acceptance)
    database, seen = house(client).database, set()
    sent: list[Sent] = []

    @settings(FEW, max_examples=MOST[database.engine.dialect.name])
    @given(case=described(operation).as_strategy(), real=st.booleans())
    def call(case: Case[Any], *, real: bool) -> None:
        if real:
            make_real(case, client, practice)
        with listening(database, sent):
            seen.add(answered(case, client, practice, checks))

    call()
    assert seen & {200, 201, 204}
    assert read_whole(database, sent) == set()


@ON_SQLITE
@pytest.mark.parametrize(
    "operation", [one for one in OPERATIONS if one not in CANNOT_BE_WRONG], ids=" ".join
)
def test_what_the_document_forbids_is_refused(client: TestClient, operation: Operation) -> None:
    practice = run_by_admin(client)
    seen = set()

    @settings(FEW, max_examples=20)
    @given(case=described(operation).as_strategy(GenerationMode.NEGATIVE))
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


def described(operation: Operation) -> APIOperation[Any, Any, Any, Any]:
    """Return an operation of the application under test, as its document describes it."""
    method, path = operation
    own = json.loads(json.dumps(document()))
    return schemathesis.openapi.from_dict(own, config=CONFIG)[path][method]


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
