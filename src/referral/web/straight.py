"""A straight way to a handler, where FastAPI's general one costs more than the work itself."""

import asyncio
import inspect
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, get_args, get_type_hints

from fastapi import Request
from fastapi.exceptions import RequestValidationError
from fastapi.params import Depends, Query
from pydantic import BaseModel, ValidationError
from starlette.responses import Response

from referral.web.queries import ApiRoute, look_at, names_of

Maker = Callable[[Request], Awaitable[Any]]
# Of one process, at a database server: more would not keep it busier, and each that wakes up takes
# Python's lock from another.
THREADS = 8
EXECUTOR = ThreadPoolExecutor(max_workers=THREADS, thread_name_prefix="straight")


class StraightRoute(ApiRoute):
    """A GET whose arguments are the request, one query model, and what needs only the request.

    It is described like any other route. A handler that takes anything else cannot be put on it:
    TypeError at start. A database in this process is read in place: the read takes less time than
    the event loop and a thread take to pass Python's lock back and forth at each row.
    """

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """Return the handler: make the arguments, then work, in a thread if a server is asked."""
        names = names_of(self.endpoint)
        makers = _makers(self.endpoint, names)

        async def handle(request: Request) -> Response:
            look_at(request.query_params, names)
            given = {name: await make(request) for name, make in makers.items()}
            work: Callable[[], Response] = partial(self.endpoint, **given)
            if request.app.state.house.database.in_process:
                return work()
            return await asyncio.get_running_loop().run_in_executor(EXECUTOR, work)

        return handle


def _makers(endpoint: Callable[..., Any], names: Mapping[str, bool]) -> Mapping[str, Maker]:
    hints = get_type_hints(endpoint, include_extras=True)
    return {name: _maker(hints[name], names) for name in inspect.signature(endpoint).parameters}


def _maker(hint: Any, names: Mapping[str, bool]) -> Maker:  # noqa: ANN401 - an annotation
    if hint is Request:
        return _request
    of, *extras = get_args(hint) or (None,)
    for extra in extras:
        if isinstance(extra, Query) and isinstance(of, type) and issubclass(of, BaseModel):
            return partial(_query, of, names)
        if isinstance(extra, Depends) and inspect.iscoroutinefunction(extra.dependency):
            return extra.dependency
    raise TypeError(f"a straight route cannot make {hint}")


async def _request(request: Request) -> Request:
    return request


async def _query(model: type[BaseModel], names: Mapping[str, bool], request: Request) -> BaseModel:
    query = request.query_params
    given = {name: query.getlist(name) if names[name] else query[name] for name in query}
    try:
        return model.model_validate(given)
    except ValidationError as error:
        problems = [{**detail, "loc": ("query", *detail["loc"])} for detail in error.errors()]
        raise RequestValidationError(problems) from error
