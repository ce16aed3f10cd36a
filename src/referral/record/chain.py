"""The links of a chain: what stands in a row, under a key, tied to the row before.

Each row holds SHA-256(the hash of the row before, HMAC(what the row says)). The key is made from
the ring, so whoever has the database alone can make no link; and as the database does the outer
hash itself, where it takes the number, a link costs no statement.
"""

import hashlib
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any, ClassVar
from uuid import UUID

from sqlalchemy import ColumnElement, LargeBinary, bindparam

from referral.record.models import Log
from referral.spelled import Spelled
from referral.vault import Vault


class Chained(Spelled):
    """The hash that follows `head`, by the database itself, under the parameter `digest`.

    `engines.chained` is the same in Python.
    """

    inherit_cache = True
    sql: ClassVar = {"sqlite": "chained({0})", "postgresql": "sha256(byteacat({0}))"}

    def __init__(self, head: ColumnElement[bytes]) -> None:
        digest = bindparam("digest", type_=LargeBinary())
        super().__init__(head, digest)
        self.type = LargeBinary()


def said(facts: Iterable[Any]) -> bytes:
    """Return what a row says, spelled one way only, whichever database it comes from."""
    spelled = [_spelled(fact) for fact in facts]
    return json.dumps(spelled, sort_keys=True, separators=(",", ":")).encode()


def link(log: Log, facts: Iterable[Any], vault: Vault) -> bytes:
    """Return the digest of a row that says `facts`, to be chained."""
    return vault.mac(purpose(log), said(facts))


def plain_digest(text: bytes) -> bytes:
    """Return the digest of a row that is older than the chain: a migration has no key."""
    return hashlib.sha256(text).digest()


def purpose(log: Log) -> str:
    """Return what the key of this log's digests is for."""
    return f"record of {log}"


def _spelled(fact: Any) -> Any:  # noqa: ANN401 - any value that a column holds
    match fact:
        case UUID():
            return fact.hex
        case datetime():
            return fact.astimezone(UTC).isoformat(timespec="microseconds")
        case _:
            return fact
