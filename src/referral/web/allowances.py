"""What a caller is told of the calls that are left (draft-ietf-httpapi-ratelimit-headers-11)."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from referral.errors import TooManyError
from referral.limits import Policy, Standing
from referral.text import N_
from referral.web.problems import documented

RawHeaders = tuple[tuple[bytes, bytes], ...]
# As the calls of a key are told of in OpenAPI.
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
NO_CALLS_LEFT = N_("This key has no calls left just now. Wait, and send the same again.")


def told(policy: Policy, standing: Standing) -> RawHeaders:
    """Return the headers that say what `policy` is, and where the caller stands."""
    limit = f'"{policy.name}";q={policy.most};w={policy.seconds}'
    left = f'"{policy.name}";r={standing.left};t={standing.seconds}'
    return ((b"ratelimit-policy", limit.encode()), (b"ratelimit", left.encode()))


def need_left(standing: Standing, sentence: str = NO_CALLS_LEFT) -> None:
    """Raise TooManyError with this sentence for a call that was refused."""
    if standing.refused:
        raise TooManyError(sentence, wait=timedelta(seconds=standing.seconds))


def describe(document: dict[str, Any]) -> None:
    """Put the headers, and what comes when no call is left, to all that OpenAPI says of staff."""
    document["components"]["headers"] = HEADERS
    for operation in _of_staff(document):
        operation["responses"] |= {str(n): said for n, said in documented(429).items()}
        for status, answer in operation["responses"].items():
            if status not in WITHOUT:
                answer["headers"] = {**answer.get("headers", {}), **REFERENCES}


def _of_staff(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for path in document["paths"].values():
        yield from (operation for operation in path.values() if "security" in operation)
