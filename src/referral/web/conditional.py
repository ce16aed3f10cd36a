"""Conditional calls (RFC 9110): a version, or what a record says, as its ETag; and If-Match."""

import re
from hashlib import sha256
from typing import Annotated, Any

from fastapi import Header

from referral.errors import StaleError, UnconditionalError
from referral.text import N_

IfMatch = Annotated[
    str | None,
    Header(
        alias="If-Match",
        max_length=200,
        description="the ETag of the version that you mean to change; `*` for any",
        examples=['"3"'],
    ),
]
# For OpenAPI: that an answer names its version.
TAGGED: dict[int | str, dict[str, Any]] = {
    200: {
        "headers": {
            "ETag": {
                "description": "the version, for `If-Match`",
                "required": True,
                "schema": {"type": "string", "examples": ['"3"']},
            }
        }
    }
}
TAG = re.compile(r'"(\d{1,9})"', re.ASCII)


def etag(version: int) -> dict[str, str]:
    """Return the header that names a record's version."""
    return {"ETag": f'"{version}"'}


def versions(if_match: str | None) -> frozenset[int] | None:
    """Return the versions that `If-Match` accepts, None for `*`; an unknown tag matches nothing.

    Raises UnconditionalError when the header is missing.
    """
    tags = _tags(if_match)
    if tags == ["*"]:
        return None
    return frozenset(int(match[1]) for tag in tags if (match := TAG.fullmatch(tag)))


def content_tag(content: bytes) -> str:
    """Return the ETag of a record without versions: it changes when what the record says does."""
    return f'"{sha256(content).hexdigest()[:16]}"'


def need_match(if_match: str | None, tag: str) -> None:
    """Raise StaleError unless `If-Match` names `tag`, UnconditionalError when it is missing."""
    if not {"*", tag} & set(_tags(if_match)):
        raise StaleError(N_("Somebody changed this after you read it. Read it again."))


def _tags(if_match: str | None) -> list[str]:
    if if_match is None:
        raise UnconditionalError(N_("Send If-Match with the ETag of the version you read."))
    return [tag.strip() for tag in if_match.split(",")]
