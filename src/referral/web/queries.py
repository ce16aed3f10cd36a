"""What may stand in the query of an API call: the names that it takes, each as often as it may."""

from collections.abc import Callable, Coroutine, Mapping
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from fastapi import Request
from fastapi.params import Query
from fastapi.routing import APIRoute
from pydantic import BaseModel
from starlette.datastructures import QueryParams
from starlette.responses import Response

from referral.errors import InvalidError
from referral.languages import words
from referral.text import N_

UNKNOWN = N_("There is a name in the query that we do not know. We know these: %(names)s.")
NONE_KNOWN = N_("There is a name in the query, and this address takes none.")
TWICE = N_("Send this name only once. We cannot know which of its values you mean.")


class ApiRoute(APIRoute):
    """A route of the API: it refuses what FastAPI would pass over in the query of a call.

    A name that the handler does not take is left out by FastAPI, and of a name that was given twice
    it takes the last: the caller would have an answer to another question than the one they asked.
    The handler says with `Query()` which names it takes.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return FastAPI's handler, behind the look at the query."""
        handle, names = super().get_route_handler(), names_of(self.endpoint)

        async def look_and_handle(request: Request) -> Response:
            look_at(request.query_params, names)
            return await handle(request)

        return look_and_handle


def names_of(endpoint: Callable[..., Any]) -> Mapping[str, bool]:
    """Return the names that the query of a call may have, and whether each may come repeatedly."""
    names: dict[str, bool] = {}
    for name, hint in get_type_hints(endpoint, include_extras=True).items():
        of, *extras = get_args(hint) if get_origin(hint) is Annotated else (hint,)
        for query in (extra for extra in extras if isinstance(extra, Query)):
            names |= _fields(of) if _is_model(of) else {query.alias or name: get_origin(of) is list}
    return names


def look_at(query: QueryParams, names: Mapping[str, bool]) -> None:
    """Raise InvalidError for a name that is none of `names`, or that came too often."""
    if query.keys() - names.keys():
        detail = words(UNKNOWN, names=", ".join(names)) if names else NONE_KNOWN
        raise InvalidError.at("query", code="extra_forbidden", detail=detail)
    if len(query.multi_items()) == len(query):
        return
    for name, may_repeat in names.items():
        if not may_repeat and len(query.getlist(name)) > 1:
            raise InvalidError.at("query", name, code="given_twice", detail=TWICE)


def _is_model(of: object) -> bool:
    return isinstance(of, type) and issubclass(of, BaseModel)


def _fields(model: type[BaseModel]) -> dict[str, bool]:
    fields = model.model_fields.items()
    return {field.alias or name: get_origin(field.annotation) is list for name, field in fields}
