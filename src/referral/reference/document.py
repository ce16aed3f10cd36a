"""The OpenAPI document, made whole: FastAPI writes what it knows from the routes, this the rest."""

import json
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from http import HTTPStatus
from pathlib import Path
from typing import Any

from fastapi import FastAPI

from referral.reference.outline import SCHEMA, Json, named, operations
from referral.reference.problem_examples import PROBLEMS
from referral.web.allowances import describe
from referral.web.problems import MEDIA_TYPE, ProblemBody

EXAMPLES = Path(__file__).with_name("examples.json")
ABOUT = """\
From an article about back spasms to a chiropractor's answer: the symptom form, the directory of
clinics, appointment requests, and what clinic staff do with them.

Clinic staff send `Authorization: Bearer rk_…`, a key of one clinic; what asks for none is public.
Errors are problem details (RFC 9457) with a stable `code`. Times are RFC 3339 with an offset.
Sentences for people come in English or Spanish, as `Accept-Language` asks.
"""
TAGS = [
    {"name": name, "description": description}
    for name, description in (
        ("Symptoms", "The questions of the symptom form, and where the answers lead."),
        ("Clinics", "The directory: who is near, and who takes requests."),
        ("Asking", "A person sends a request, and follows it by a private link."),
        ("Inbox", "What staff see of their clinic's requests, and what they do with them."),
        ("Own clinic", "What is kept of the clinic that the key belongs to."),
        ("Keys", "The staff keys of a clinic."),
        ("Events", "What happened at a clinic, in order and without a gap."),
        ("Webhooks", "The same events, sent to an address of the clinic's."),
        ("Statistics", "How soon clinics answer, and what becomes of requests."),
    )
]
RETRY_AFTER: Json = {
    "Retry-After": {
        "description": "after how many seconds to try again",
        "required": True,
        "schema": {"type": "string", "examples": ["5"]},
    }
}
HEADERS: Mapping[int, Json] = {
    401: {
        "WWW-Authenticate": {
            "description": "the kind of key that is asked for",
            "required": True,
            "schema": {"type": "string", "examples": ["Bearer"]},
        }
    },
    429: RETRY_AFTER,
    503: RETRY_AFTER,
}


def install(app: FastAPI) -> None:
    """Make `app.openapi` return the whole document."""
    generate = app.openapi

    @cache
    def openapi() -> Json:
        # A copy: FastAPI keeps its own, and two first callers may come at the same time.
        return _completed(deepcopy(generate()))

    app.openapi = openapi  # type: ignore[method-assign] # how FastAPI lets it be extended


def _completed(document: Json) -> Json:
    """Return the document with what its operations share, and with examples."""
    describe(document)
    components = document["components"]
    shape = ProblemBody.model_json_schema(ref_template=SCHEMA + "{model}")
    components["schemas"] |= {**shape.pop("$defs"), "ProblemBody": shape}
    components["responses"] = {}
    examples = json.loads(EXAMPLES.read_text(encoding="utf-8"))
    for _, _, operation in operations(document):
        # Public is said in words: left out, a reader cannot tell it from forgotten.
        operation.setdefault("security", [])
        operation["summary"] = operation["summary"].capitalize()
        _share_problems(operation, components["responses"])
        _show(operation, components["schemas"], examples.get(operation["operationId"], {}))
    return document


def _share_problems(operation: Json, shared: Json) -> None:
    """Put each kind of refusal into one place, to which the operations point."""
    for status, response in operation["responses"].items():
        if MEDIA_TYPE not in response.get("content", {}):
            continue
        name = HTTPStatus(int(status)).name.title().replace("_", "")
        # Staff are told of the calls that their key has left, in all that they are refused.
        name += "ToStaff" if operation["security"] else ""
        own = response.get("headers", {})
        shared[name] = response | {"headers": {**own, **HEADERS.get(int(status), {})}}
        shared[name]["content"][MEDIA_TYPE]["example"] = PROBLEMS[int(status)]
        operation["responses"][status] = {"$ref": f"#/components/responses/{name}"}


def _show(operation: Json, schemas: Json, given: Mapping[str, Any]) -> None:
    """Add an example, or several by name, to what is sent and to what comes back."""
    for parameter in operation.get("parameters", ()):
        if parameter["name"] in given.get("query", {}):
            parameter["example"] = given["query"][parameter["name"]]
    for media in operation.get("requestBody", {}).get("content", {}).values():
        _exemplify(media, schemas, given.get("bodies"))
    for response in operation["responses"].values():
        for kind, media in response.get("content", {}).items():
            if kind in given.get("files", {}):
                media["example"] = given["files"][kind]
            _exemplify(media, schemas, given.get("answers"))
            _describe(response, schemas.get(named(media.get("schema", {})), {}))


def _exemplify(media: Json, schemas: Json, given: Mapping[str, Any] | None) -> None:
    own = schemas.get(named(media.get("schema", {})), {}).get("examples")
    if given:
        media["examples"] = {name: {"value": value} for name, value in given.items()}
    elif own and "example" not in media:
        media["example"] = own[0]


def _describe(response: Json, schema: Json) -> None:
    if response["description"] == "Successful Response" and "description" in schema:
        response["description"] = schema["description"].partition("\n")[0]
