"""The client's words held against the API's own document, so that neither can drift."""

import subprocess
import sys
from typing import get_args, get_type_hints

import pytest
from pydantic import BaseModel

from described import document
from referral.appointments import steps
from referral.appointments.desk.places import Sort
from referral.appointments.representations import NotePage, RequestDetail, RequestPage
from referral.cli.inbox import SORTS
from referral.client import AsyncClient, Client, export, own_clinic, requests
from referral.clinics.representations import ChiropractorShown, KeyIssued, Keys, OwnClinic
from referral.feed.representations import FeedPage
from referral.statistics.representations import ClinicFigures
from referral.webhooks.representations import (
    DeliveryPage,
    NewSecret,
    Tried,
    WebhookCreated,
    WebhookList,
)

HEAVY = ("fastapi", "starlette", "sqlmodel", "sqlalchemy", "jinja2", "uvicorn", "phonenumbers")


def body_of(method: str, path: str) -> set[str]:
    """Return the names of the fields that a call takes."""
    content = document()["paths"][f"/api/v1{path}"][method]["requestBody"]["content"]
    name = content["application/json"]["schema"]["$ref"].rpartition("/")[2]
    return set(document()["components"]["schemas"][name]["properties"])


def asked(path: str) -> set[str]:
    """Return the names in the query of a call that reads."""
    parameters = document()["paths"][f"/api/v1{path}"]["get"]["parameters"]
    return {one["name"] for one in parameters if one["in"] == "query"}


SHAPES = (
    *(RequestDetail, RequestPage, NotePage, OwnClinic, ChiropractorShown, Keys, KeyIssued),
    *(FeedPage, ClinicFigures, WebhookCreated, WebhookList, NewSecret, Tried, DeliveryPage),
)


@pytest.mark.parametrize("shape", SHAPES)
def test_what_is_read_is_what_the_document_describes(shape: type[BaseModel]) -> None:
    described = document()["components"]["schemas"][shape.__name__]["properties"]
    assert {field.alias or name for name, field in shape.model_fields.items()} == set(described)


def test_every_filter_is_one_of_the_api() -> None:
    assert set(get_type_hints(requests.Filters)) == asked("/requests") - {"cursor"}
    assert set(get_type_hints(requests.Filters)) | {"contact", "cursor"} == body_of(
        "post", "/requests/search"
    )
    export = asked("/requests/export")
    assert set(get_type_hints(requests.Choice)) == export - {"format", "include"}


def test_the_file_that_is_exported_has_the_forms_of_the_api() -> None:
    forms = document()["components"]["schemas"]["Format"]["enum"]
    content = document()["paths"]["/api/v1/requests/export"]["get"]["responses"]["200"]["content"]
    assert {*get_args(export.Kind)} == {*export.MEDIA_TYPES} == {*forms}
    assert {*export.MEDIA_TYPES.values()} == {*content}


def test_every_order_of_the_inbox_is_one_of_the_api() -> None:
    assert {*SORTS.values()} <= {*Sort}


def test_a_clinic_can_change_what_the_api_lets_it() -> None:
    assert set(get_type_hints(own_clinic.ClinicChanges)) == body_of("patch", "/clinic")


def test_a_time_to_offer_has_the_fields_of_the_api() -> None:
    assert set(get_type_hints(requests.VisitTime)) == set(steps.VisitTime.model_fields)


def test_both_clients_have_the_same_methods() -> None:
    def public(shell: type) -> dict[str, str | None]:
        return {name: vars(shell)[name].__doc__ for name in vars(shell) if name[0] != "_"}

    assert public(Client) == public(AsyncClient)


def test_neither_the_client_nor_the_staffs_commands_load_the_server() -> None:
    script = f"""
import sys, referral.client
from referral.cli import account, answers, export, find, health, inbox, notes, show
print(*[name for name in {HEAVY!r} if name in sys.modules])
print(*[name for name in sys.modules if name.startswith(("referral.web.", "referral.db"))])"""
    done = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []
