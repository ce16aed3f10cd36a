"""Conditional calls (RFC 9110): a record's version as its ETag, and If-Match on writes."""

import re
from typing import Annotated

from fastapi import Header

from referral.errors import UnconditionalError
from referral.text import N_

IfMatch = Annotated[
    str | None,
    Header(description='The ETag of the version that you mean to change, such as `"3"`.'),
]
TAG = re.compile(r'"(\d{1,9})"', re.ASCII)


def etag(version: int) -> dict[str, str]:
    """Return the header that names a record's version."""
    return {"ETag": f'"{version}"'}


def versions(if_match: str | None) -> frozenset[int] | None:
    """Return the versions that `If-Match` accepts, None for `*`; an unknown tag matches nothing.

    Raises UnconditionalError when the header is missing.
    """
    if if_match is None:
        raise UnconditionalError(N_("Send If-Match with the ETag of the version you read."))
    if if_match.strip() == "*":
        return None
    tags = (TAG.fullmatch(tag.strip()) for tag in if_match.split(","))
    return frozenset(int(tag[1]) for tag in tags if tag)
