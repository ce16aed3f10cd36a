"""The client's words held against the API's own document, so that neither can drift."""

import subprocess
import sys
from typing import Any, get_type_hints

import pytest
from starlette.testclient import TestClient

from referral.appointments import steps
from referral.appointments.representations import RequestDetail, RequestPage
from referral.client import AsyncClient, Client, own_clinic, requests
from referral.clinics.representations import ChiropractorShown, OwnClinic
from referral.feed.representations import FeedPage

HEAVY = ("fastapi", "starlette", "sqlmodel", "sqlalchemy", "jinja2", "uvicorn", "phonenumbers")


@pytest.fixture
def document(client: TestClient) -> Any:  # noqa: ANN401 - JSON
    return client.get("/api/v1/openapi.json").json()


def body_of(document: Any, method: str, path: str) -> set[str]:  # noqa: ANN401 - JSON
    """Return the names of the fields that a call takes."""
    content = document["paths"][f"/api/v1{path}"][method]["requestBody"]["content"]
    name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return set(document["components"]["schemas"][name]["properties"])


@pytest.mark.parametrize(
    "shape", [RequestDetail, RequestPage, OwnClinic, ChiropractorShown, FeedPage]
)
def test_what_is_read_is_what_the_document_describes(document: Any, shape: Any) -> None:  # noqa: ANN401 - JSON, a model
    described = document["components"]["schemas"][shape.__name__]["properties"]
    assert set(shape.model_fields) == set(described)


def test_every_filter_is_one_of_the_api(document: Any) -> None:  # noqa: ANN401 - JSON
    parameters = document["paths"]["/api/v1/requests"]["get"]["parameters"]
    known = {one["name"] for one in parameters if one["in"] == "query"}
    assert set(get_type_hints(requests.Filters)) <= known


def test_a_clinic_can_change_what_the_api_lets_it(document: Any) -> None:  # noqa: ANN401 - JSON
    assert set(get_type_hints(own_clinic.ClinicChanges)) == body_of(document, "patch", "/clinic")


def test_a_time_to_offer_has_the_fields_of_the_api() -> None:
    assert set(get_type_hints(requests.VisitTime)) == set(steps.VisitTime.model_fields)


def test_both_clients_have_the_same_methods() -> None:
    def public(shell: type) -> dict[str, str | None]:
        return {name: vars(shell)[name].__doc__ for name in vars(shell) if name[0] != "_"}

    assert public(Client) == public(AsyncClient)


def test_neither_the_client_nor_the_staffs_commands_load_the_server() -> None:
    script = f"""
import sys, referral.client
from referral.cli import account, answers, health, inbox, show
print(*[name for name in {HEAVY!r} if name in sys.modules])
print(*[name for name in sys.modules if name.startswith(("referral.web", "referral.db"))])"""
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
