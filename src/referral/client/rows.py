"""Rows of the list of requests: whole, or with the members that were asked for."""

from collections.abc import Callable, Sequence
from typing import NamedTuple

import httpx
from pydantic import BaseModel, create_model

from referral.appointments.representations import RequestPage, RequestRow
from referral.client.calls import reading

Part = create_model(  # type: ignore[call-overload] # fields by their names
    "Part", **{name: (field.annotation, None) for name, field in RequestRow.model_fields.items()}
)


class PartPage(BaseModel):
    """A page of rows that were asked for with `fields`."""

    items: list[Part]
    next: str | None


class Rows(NamedTuple):
    """The rows of a page, and the cursor of the next one."""

    items: Sequence[RequestRow]
    next: str | None


def reading_rows(*, whole: bool) -> Callable[[httpx.Response], Rows]:
    """Return how a page is read; where rows are not whole, members that were left out are unset."""

    def read(response: httpx.Response) -> Rows:
        if whole:
            page = reading(RequestPage)(response)
            return Rows(page.items, page.next)
        parts = reading(PartPage)(response)
        return Rows([_row(part) for part in parts.items], parts.next)

    return read


def _row(part: BaseModel) -> RequestRow:
    known = {name: getattr(part, name) for name in part.model_fields_set}
    return RequestRow.model_construct(part.model_fields_set, **known)
