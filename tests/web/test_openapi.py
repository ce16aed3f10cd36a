"""The OpenAPI document is whole: what readers, linters and makers of clients need is there."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema_rs import validator_for
from openapi_spec_validator import validate

from described import document
from referral.reference.document import EXAMPLES
from referral.reference.outline import Json, operations

DOCUMENT = document()
CALLS = {one["operationId"]: one for _, _, one in operations(DOCUMENT)}
# Clients are made from these names: one that changes breaks them.
NAMES = frozenset(
    re.findall(
        r"\w+",
        """
    addChiropractor addNote assignRequest copyFollowedRequest createAssessment createRequest
    createWebhook deleteWebhook eraseFollowedRequest exportRequests findRequest followRequest
    getClinic getConsent getOwnClinic getPublicStatistics getRequest getStatistics getWebhook
    issueKey leaveService listAssignees listClinics listEvents listKeys listNotes listQuestions
    listRegisterDifferences listRequests listWebhookDeliveries listWebhooks moveFollowedRequest
    moveRequest moveRequests pingWebhook removeChiropractor replayWebhook revokeKey
    rotateWebhookSecret searchRequests streamEvents updateChiropractor updateOwnClinic updateWebhook
    """,
    )
)
WRITTEN = json.dumps(DOCUMENT)
POINTERS = re.findall(r'"\$ref": "#/components/(\w+/[\w-]+)"', WRITTEN)


def answers(operation: Json) -> Iterator[tuple[str, Json]]:
    """Yield status and answer of an operation; a shared one is looked up."""
    shared = DOCUMENT["components"]["responses"]
    for status, answer in operation["responses"].items():
        pointer = answer.get("$ref")
        yield status, shared[pointer.rpartition("/")[2]] if pointer else answer


def media(operation: Json) -> Iterator[tuple[str, Json]]:
    """Yield all that is sent or comes back, and what to call it."""
    for sent in operation.get("requestBody", {}).get("content", {}).values():
        yield "body", sent
    for status, answer in answers(operation):
        for got in answer.get("content", {}).values():
            yield status, got


def examples(of: Json) -> list[Any]:
    """Return the examples of a body or a parameter."""
    named = [one["value"] for one in of.get("examples", {}).values()]
    return named or [of["example"]] if "example" in of or named else []


def faults(schema: Json, value: object) -> list[str]:
    """Return what is wrong with an example."""
    whole = schema | {"components": DOCUMENT["components"]}
    return [str(error) for error in validator_for(whole, validate_formats=True).iter_errors(value)]


def test_it_is_openapi() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    validate(DOCUMENT)


def test_pydantic_writes_no_bounds_under_names_of_its_own() -> None:
    """It does where a check stands between a type and its bounds; JSON Schema lets it pass."""
    assert re.findall(r'"(ge|gt|le|lt|multiple_of)": ', WRITTEN) == []


def test_the_names_of_the_operations_stay_as_they_are() -> None:
    assert CALLS.keys() == NAMES


def test_there_are_examples_of_calls_that_exist_only() -> None:
    assert json.loads(EXAMPLES.read_text(encoding="utf-8")).keys() <= NAMES


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_call_says_what_it_is(name: str) -> None:
    call = CALLS[name]
    assert len(call["summary"]) < 40
    assert call["description"].endswith(".")
    assert [tag for tag in DOCUMENT["tags"] if [tag["name"]] == call["tags"] and tag["description"]]
    assert call["security"] in ([], [{"staffKey": []}])


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_call_names_every_status(name: str) -> None:
    call = CALLS[name]
    always = {"422", "500"}
    if call["security"]:
        always |= {"401", "403", "503"}
    if "requestBody" in call:
        always |= {"400", "413"}
    assert always <= call["responses"].keys()
    assert [status for status in call["responses"] if status < "300"]
    assert [status for status, one in answers(call) if not one["description"]] == []


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_parameter_is_described_and_has_an_example_that_fits(name: str) -> None:
    for parameter in CALLS[name].get("parameters", ()):
        schema = parameter["schema"]
        assert parameter["description"], parameter["name"]
        given = examples(parameter) or schema["examples"]
        assert [faults(schema, one) for one in given] == [[] for _ in given], parameter["name"]


@pytest.mark.parametrize("name", sorted(NAMES))
def test_a_body_has_examples_that_fit_and_say_nothing_unknown(name: str) -> None:
    for place, one in media(CALLS[name]):
        given = examples(one)
        assert given, place
        for value in given if "schema" in one else ():
            assert faults(one["schema"], value) == [], place
            assert unknown(one["schema"], value) == set(), place


def unknown(schema: Json, value: object) -> set[str]:
    """Return the members of an example that its schema does not have."""
    name = schema.get("$ref", "").rpartition("/")[2]
    members = DOCUMENT["components"]["schemas"].get(name, {}).get("properties")
    if name == "ProblemBody" or not members or not isinstance(value, dict):
        return set()
    return {member for member in value if member not in members}


def test_each_component_is_used_and_each_that_is_used_exists() -> None:
    kinds = ("headers", "responses", "schemas")
    kept = {f"{kind}/{name}" for kind in kinds for name in DOCUMENT["components"][kind]}
    assert set(POINTERS) == kept
