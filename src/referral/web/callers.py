"""Who calls without a key: an address on the network, and what it may still do.

No address is kept. Under a key of the ring it becomes a name that is forgotten with the count
(docs/adr/0034-strangers-by-address.md).
"""

from collections.abc import Mapping
from datetime import timedelta
from hashlib import blake2s
from ipaddress import IPv6Address
from typing import Annotated

from fastapi import Depends, Request
from starlette.types import Scope as ASGIScope

from referral.errors import TooManyError
from referral.text import N_
from referral.web.allowances import told
from referral.web.deps import House
from referral.web.headers import SAID

TOO_MANY_TRIES = N_("There were too many tries. Wait a while, or call the clinic.")
SENTENCES: Mapping[str, str] = {
    "search": N_("There were very many searches from your network. Wait a minute, and try again."),
    "assess": N_("There were very many calls from your network. Wait a few minutes."),
    "submit": N_("Very many requests came from your network. Wait a while, or call a clinic."),
    "find": TOO_MANY_TRIES,
    "join": TOO_MANY_TRIES,
    "join-all": N_("Too many codes are being tried just now. Please wait a minute."),
    "address-clinic": N_(
        "Many requests to this clinic came from your network today. Please call the clinic."
    ),
    "person-clinic": N_(
        "You have sent this clinic several requests already. Wait for its answer, or call it."
    ),
    "person": N_("You have sent several requests already. Wait for an answer, or call a clinic."),
    "clinic": N_("This clinic has very many requests today. Please call it, or ask another one."),
}


class Caller:
    """One call, and whom it is counted for."""

    def __init__(self, house: House, call: ASGIScope) -> None:
        self.house = house
        self._call = call
        peer = call.get("client")
        self._origin = origin(peer[0] if peer else "")

    def take(self, policy: str, *beside: bytes) -> None:
        """Count the call for its address together with what stands `beside` it.

        Raises TooManyError where nothing is left. The answer tells of what was counted first.
        """
        self._count(policy, self._holder(*beside))

    def take_of_all(self, policy: str, about: bytes = b"") -> None:
        """Count the call for everybody who calls `about` the same; raises as `take` does."""
        self._count(policy, self._name(about))

    def is_half_spent(self, policy: str, *beside: bytes) -> bool:
        """Return whether half of what `take` would count is spent; this counts nothing."""
        return self._is_half_spent(policy, self._holder(*beside))

    def is_half_spent_by_all(self, policy: str, about: bytes = b"") -> bool:
        """Return whether half of what `take_of_all` would count is spent; counts nothing."""
        return self._is_half_spent(policy, self._name(about))

    def _is_half_spent(self, policy: str, holder: bytes) -> bool:
        return self.house.limits[policy].is_half_spent(holder, now=self.house.now())

    def _count(self, policy: str, holder: bytes) -> None:
        limit = self.house.limits[policy]
        standing = limit.take(holder, now=self.house.now())
        if standing.refused or SAID not in self._call:
            self._call[SAID] = told(limit.policy, standing)
        if standing.refused:
            wait = timedelta(seconds=standing.seconds)
            raise TooManyError(SENTENCES[policy], wait=wait, facts={"limit": policy})

    def _holder(self, *beside: bytes) -> bytes:
        return self._name(b"\0".join((self._origin, *beside)))

    def _name(self, data: bytes) -> bytes:
        return blake2s(data, key=self.house.name_key, digest_size=16).digest()


def origin(address: str) -> bytes:
    """Return what counts as one caller: an IPv4 address, or the /64 that a household gets."""
    if ":" not in address:
        return address.encode()
    try:
        parsed = IPv6Address(address)
    except ValueError:
        return address.encode()
    return str(parsed.ipv4_mapped).encode() if parsed.ipv4_mapped else parsed.packed[:8]


async def _caller(request: Request) -> Caller:
    return Caller(request.app.state.house, request.scope)


CallerDep = Annotated[Caller, Depends(_caller)]
