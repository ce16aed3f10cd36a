"""Where an error becomes an answer: problem+json (RFC 9457), or a page that says the same."""

import logging
from collections.abc import Mapping
from http import HTTPStatus
from math import ceil
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.routing import iter_route_contexts
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from referral.errors import (
    InvalidError,
    MaintenanceError,
    Problem,
    ReferralError,
    TooManyError,
)
from referral.languages import place, words
from referral.text import N_
from referral.web.html import Html
from referral.web.languages import told
from referral.web.validation import problems_of
from referral.web.ways_on import OUR_FAULT, way_on

log = logging.getLogger(__name__)
MEDIA_TYPE = "application/problem+json"


class ProblemAt(BaseModel):
    """One thing wrong with what was sent."""

    pointer: str = Field(description="JSON Pointer (RFC 6901) into what was sent.")
    code: str
    detail: str


class ProblemBody(BaseModel):
    """An error as RFC 9457 describes it; `code` is stable, `detail` is a sentence for people."""

    model_config = ConfigDict(extra="allow")

    type: str
    title: str
    status: int
    detail: str
    code: str
    errors: list[ProblemAt] | None = None


TITLES = {
    400: N_("That could not be read"),
    404: N_("Not found"),
    405: N_("That cannot be done here"),
    408: N_("Too slow"),
    413: N_("Too large"),
}
DETAILS = {
    400: N_("The call is not well formed."),
    404: N_("There is nothing at this address."),
    405: N_("This address does not take this kind of call."),
}


HEADERS = {
    401: {"WWW-Authenticate": "Bearer"},
    503: {"Retry-After": "5"},
}


# For OpenAPI: that an answer names the place of what was made.
PLACED: dict[int | str, dict[str, Any]] = {
    201: {
        "headers": {
            "Location": {
                "description": "where it is",
                "required": True,
                "schema": {
                    "type": "string",
                    "examples": ["/api/v1/webhooks/5d0f6a3f-1c11-4b8e-9a53-0b9a7c9e3c56"],
                },
            }
        }
    }
}


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return OpenAPI `responses` that describe `statuses`, and 500, as problems."""
    return {
        status: {
            "description": HTTPStatus(status).phrase,
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/ProblemBody"}}},
        }
        for status in (*statuses, 500)
    }


def install(app: FastAPI) -> None:
    """Make `app` answer every error in this form."""

    @app.exception_handler(ReferralError)
    async def _ours(request: Request, error: ReferralError) -> Response:
        return answer_to(request, error)

    @app.exception_handler(RequestValidationError)
    async def _invalid(request: Request, error: RequestValidationError) -> Response:
        problems = problems_of(error.errors(), error.body)
        if _is_api(request):
            return answer_to(request, InvalidError(problems))
        return _answer(request, of_http(404 if problems[0].loc[0] == "path" else 422))

    @app.exception_handler(HTTPException)
    async def _http(request: Request, error: HTTPException) -> Response:
        said = of_http(error.status_code, error.detail)
        is_other_call = error.status_code == HTTPStatus.METHOD_NOT_ALLOWED
        return _answer(request, said, _allowed(request) if is_other_call else error.headers)


class Unexpected:
    """Answers what nobody expected in our own words, inside all that completes an answer.

    Starlette's own place for that is outside: its answer would lack the security headers, and the
    log line the id of the call. `spare` is the page for when no other can be made.
    """

    def __init__(self, app: ASGIApp, *, spare: str) -> None:
        self.app = app
        self._spare = spare

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the call on; where it fails, log by what and where, and answer 500."""
        begun = False

        async def watched_send(message: Message) -> None:
            nonlocal begun
            begun = True
            await send(message)

        try:
            await self.app(scope, receive, watched_send)
        except Exception:
            if begun or scope["type"] != "http":
                raise
            log.exception("unexpected")
            await self._answer(Request(scope))(scope, receive, send)

    def _answer(self, request: Request) -> Response:
        try:
            return answer_to(request, ReferralError(OUR_FAULT))
        except Exception:
            log.exception("the page of an error cannot be made")
            return HTMLResponse(self._spare, 500)


def answer_to(request: Request, error: ReferralError) -> Response:
    """Return the answer that says what `error` says, as the caller reads it."""
    own = "" if isinstance(error, InvalidError) else error.detail
    return _answer(request, said_of(error), headers_of(error), own=own)


def said_of(error: ReferralError) -> dict[str, Any]:
    """Return what is said of `error`: the members of a ProblemBody, and its facts beside them."""
    facts = dict(error.facts)
    if isinstance(error, InvalidError):
        facts["errors"] = [_at(problem) for problem in error.problems]
    return {**_head(error.status, error.title, error.detail, error.reason), **facts}


def of_http(status: int, detail: str = "") -> dict[str, Any]:
    """Return what is said of a call that the web framework refused."""
    phrase = HTTPStatus(status).phrase
    title, code = TITLES.get(status, phrase), phrase.lower().replace(" ", "-")
    return _head(status, title, DETAILS.get(status, detail or phrase), code)


def headers_of(error: ReferralError) -> Mapping[str, str]:
    """Return the headers that belong to `error`, such as when to try again."""
    if isinstance(error, TooManyError | MaintenanceError):
        return {"Retry-After": str(ceil(error.wait.total_seconds()))}
    return HEADERS.get(error.status, {})


def _at(problem: Problem) -> dict[str, str]:
    parts = problem.loc[1:] if problem.loc[:1] == ("body",) else problem.loc
    pointer = "".join(f"/{part}" for part in parts)
    return {"pointer": pointer, "code": problem.code, "detail": words(problem.detail)}


def _head(status: int, title: str, detail: str, code: str) -> dict[str, Any]:
    return {
        "type": f"urn:referral:problem:{code}",
        "title": words(title),
        "status": status,
        "detail": words(detail),
        "code": code,
    }


def _allowed(request: Request) -> dict[str, str]:
    """Return the header with all that can be done at an address: each route knows its own only."""
    path = request.url.path
    routes = (context.original_route for context in iter_route_contexts(request.app.routes))
    here = (route for route in routes if isinstance(route, Route) and route.path_regex.match(path))
    return {"Allow": ", ".join(sorted({name for route in here for name in route.methods or ()}))}


def _is_api(request: Request) -> bool:
    return request.url.path.startswith("/api/")


def _answer(
    request: Request,
    body: dict[str, Any],
    headers: Mapping[str, str] | None = None,
    *,
    own: str = "",
) -> Response:
    if _is_api(request):
        both = {**told(), **(headers or {})}
        return JSONResponse(body, body["status"], headers=both, media_type=MEDIA_TYPE)
    html: Html = request.app.state.house.html
    path = request.url.path.removeprefix(place().prefix)
    page = html.page(
        "error.html",
        status=body["status"],
        way=way_on(path, body["status"], code=body["code"], own=own),
    )
    page.headers.update(headers or {})
    return page
