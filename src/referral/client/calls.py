"""A call before it is made, and what its answer means. No input or output happens here."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError
from pydantic_core import to_jsonable_python

from referral import retry_after
from referral.client.errors import BY_STATUS, ProblemError, UnreadableError

T = TypeVar("T")
Shape = TypeVar("Shape", bound=BaseModel)
Params = list[tuple[str, str | int | float | bool | None]]

API = "/api/v1"
# A repeat of these does nothing more. DELETE is not among them: its repeat would answer 404.
IDEMPOTENT = frozenset({"GET", "HEAD", "PUT"})
# With one of these headers the service knows a repeat, and does not do it again.
KNOWN_AGAIN = frozenset({"Idempotency-Key", "If-Match"})
PROBLEM: TypeAdapter[dict[str, Any]] = TypeAdapter(dict[str, Any])


@dataclass(frozen=True, slots=True)
class Call(Generic[T]):
    """One call of the API and how its answer is read; `path` begins with `/`.

    `after_repeat` is made where a repeat answers 412: the first try may have been done, and its
    answer lost. It looks, and returns the same or raises StaleError. `read_repeat` reads the answer
    of a repeat where it means something else than that of a first try. `again`: a repeat does
    nothing more, though neither method nor headers say so. `timeout` is in seconds, for each part
    of an answer, where the usual one is too short.
    """

    method: str
    path: str
    read: Callable[[httpx.Response], T]
    params: Params = field(default_factory=list)
    json: Mapping[str, Any] | None = None
    headers: Mapping[str, str] = field(default_factory=dict)
    after_repeat: "Call[T] | None" = None
    read_repeat: Callable[[httpx.Response], T] | None = None
    again: bool = False
    timeout: float | None = None

    @property
    def is_repeatable(self) -> bool:
        """Whether the call may be made again when nobody knows if it was done."""
        return self.again or self.method in IDEMPOTENT or bool(KNOWN_AGAIN & self.headers.keys())


@dataclass(frozen=True, slots=True)
class Page(Generic[T]):
    """Some items of a list, and the call for those that follow, None at the end."""

    items: Sequence[T]
    next: Call["Page[T]"] | None


def creating(path: str, shape: type[Shape], **fields: object) -> Call[Shape]:
    """Return the call that creates something once, however often it must be sent."""
    headers = {"Idempotency-Key": str(uuid4())}
    return Call("POST", path, reading(shape), json=body(**fields), headers=headers)


def listing(
    path: str, read_items: Callable[[httpx.Response], Sequence[T]], **asked: object
) -> Call[Page[T]]:
    """Return the call for the first page of a list, which names the next one in `Link`."""

    def read(response: httpx.Response) -> Page[T]:
        return Page(read_items(response), _following(response, call))

    call = Call("GET", path, read, params=query(**asked))
    return call


def result(call: Call[T], response: httpx.Response, *, is_repeat: bool = False) -> T:
    """Return what the answer holds; raise the error that it tells of."""
    if not response.is_success:
        raise problem(response)
    read = (is_repeat and call.read_repeat) or call.read
    return read(response)


def problem(response: httpx.Response) -> ProblemError | UnreadableError:
    """Return the error for an answer that is not a success."""
    status = response.status_code
    kind = BY_STATUS.get(status, ProblemError)
    if status < 400:  # noqa: PLR2004 - below are answers that are no errors in HTTP
        return UnreadableError("The address leads elsewhere. Use the one it leads to.")
    try:
        members = PROBLEM.validate_json(response.content)
    except ValidationError:
        members = {}
    return kind(status, members, retry_after=retry_after.seconds(response.headers))


def reading(shape: type[Shape]) -> Callable[[httpx.Response], Shape]:
    """Return how an answer of `shape` is read; UnreadableError names places, and no values."""

    def read(response: httpx.Response) -> Shape:
        try:
            return shape.model_validate_json(response.content)
        except ValidationError as error:
            places = {".".join(map(str, one["loc"])) for one in error.errors(include_input=False)}
        # Outside of the block: pydantic's error holds the values, a person's name among them.
        raise UnreadableError(f"The answer is not a {shape.__name__}: {', '.join(sorted(places))}.")

    return read


def body(**fields: object) -> dict[str, Any]:
    """Return the fields that were given, as JSON has them."""
    given = {name: value for name, value in fields.items() if value is not None}
    ready: dict[str, Any] = to_jsonable_python(given)
    return ready


def query(**fields: object) -> Params:
    """Return the fields that were given as the parameters of an address, one for each value."""
    return [
        (name, value)
        for name, values in body(**fields).items()
        for value in (values if isinstance(values, list) else [values])
    ]


def _following(response: httpx.Response, call: Call[Page[T]]) -> Call[Page[T]] | None:
    """Return `call` at the place that `Link` names, None at the last page (RFC 8288)."""
    link = response.links.get("next")
    if link is None:
        return None
    target = urlsplit(link["url"])
    if target.scheme or target.netloc:
        # The key goes nowhere but to the address that it was given for.
        raise UnreadableError("The next page lies at another address.")
    params: Params = [*httpx.QueryParams(target.query).multi_items()]
    return Call(call.method, target.path, call.read, params=params, headers=call.headers)
