"""What a caller is told of the calls that are left (draft-ietf-httpapi-ratelimit-headers-11)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from referral.errors import TooManyError
from referral.limits import Standing
from referral.policies import Policy
from referral.text import N_
from referral.web.problems import documented

RawHeaders = tuple[tuple[bytes, bytes], ...]
# As they are told of in OpenAPI.
HEADERS = {
    "RateLimit": {
        "description": "`r` calls are left; who spreads them over `t` seconds can go on for good.",
        "schema": {"type": "string"},
        "example": '"key";r=599;t=60',
    },
    "RateLimit-Policy": {
        "description": "`q` calls at once, which come back evenly within `w` seconds.",
        "schema": {"type": "string"},
        "example": '"key";q=600;w=60',
    },
}
REFERENCES = {name: {"$ref": f"#/components/headers/{name}"} for name in HEADERS}
# Given before anybody looks at the key, or because there is none.
WITHOUT = {"400", "401", "413"}
# Some of these are given by calls that are not counted, too.
WITHOUT_IN_PUBLIC = {*WITHOUT, "404", "409", "410", "422", "500", "503"}
NO_CALLS_LEFT = N_("This key has no calls left just now. Wait, and send the same again.")


def told(policy: Policy, standing: Standing) -> RawHeaders:
    """Return the headers that say what `policy` is, and where the caller stands."""
    limit = f'"{policy.name}";q={policy.most};w={policy.seconds}'
    left = f'"{policy.name}";r={standing.left};t={standing.seconds}'
    return ((b"ratelimit-policy", limit.encode()), (b"ratelimit", left.encode()))


def need_left(standing: Standing) -> None:
    """Raise TooManyError for a call of a key that was refused."""
    if standing.refused:
        raise TooManyError(NO_CALLS_LEFT, wait=timedelta(seconds=standing.seconds))


def describe(document: dict[str, Any]) -> None:
    """Put the headers, and what comes when no call is left, to all that OpenAPI says of staff.

    Of the calls without a key those that are counted are told of: the ones that document a 429.
    """
    document["components"]["headers"] = HEADERS
    for operation in _operations(document):
        responses = operation["responses"]
        is_public = "security" not in operation
        if is_public and "429" not in responses:
            continue
        responses |= {str(status): said for status, said in documented(429).items()}
        for status in responses.keys() - (WITHOUT_IN_PUBLIC if is_public else WITHOUT):
            responses[status]["headers"] = {**responses[status].get("headers", {}), **REFERENCES}


def _operations(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from path.values()
