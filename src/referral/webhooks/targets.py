"""Which addresses may be sent to: whoever names a webhook must not reach our own network by it."""

import ipaddress
import socket
import threading
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from referral.settings import Settings
from referral.webhooks.codes import Failure

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

# Everything that is assigned to anybody; mapped, translated and tunnelled addresses lie outside.
UNICAST = ipaddress.ip_network("2000::/3")
# Public by their number, and yet within the networks of a cloud.
NEVER = tuple(
    ipaddress.ip_network(network)
    for network in (
        "192.0.0.0/24",  # RFC 6890; Oracle's cloud keeps its metadata here
        "192.88.99.0/24",  # RFC 7526: the old way into 6to4
        "168.63.129.16/32",  # Azure's own services
        "2002::/16",  # 6to4: an IPv4 address of any kind inside
    )
)


class Refused(Exception):  # noqa: N818 - an answer about a target, not an error of ours
    """A target that is not sent to: it has no address, a wrong one, or no valid certificate."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure)
        self.failure = failure


@dataclass(frozen=True, slots=True)
class Targets:
    """The rule of one installation; `private` also allows one's own network, and http to oneself.

    It is for a demo, and for an operator who says so. A name is looked up for `patience` seconds.
    """

    private: bool = False
    patience: float = 5.0

    @classmethod
    def of(cls, settings: Settings) -> "Targets":
        """Return the rule of the settings."""
        return cls(private=settings.demo or settings.webhook_private_targets)

    def addresses(self, scheme: str, host: str, port: int) -> list[Address]:
        """Return the addresses of `host`, or raise Refused where a single one is not allowed.

        Connect to one of these: asked again, a name may have another answer.
        """
        found = _resolved(host, port, self.patience)
        if not all(self._allows(scheme, address) for address in found):
            raise Refused(Failure.ADDRESS)
        return found

    def check(self, url: str) -> None:
        """Raise Refused unless `url` may be sent to."""
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        self.addresses(parts.scheme, parts.hostname or "", port)

    def _allows(self, scheme: str, address: Address) -> bool:
        if scheme != "https" and not (self.private and address.is_loopback):
            return False
        return is_public(address) or (self.private and is_own(address))


def is_public(address: Address) -> bool:
    """Say whether `address` belongs to one host of the public internet."""
    if isinstance(address, ipaddress.IPv6Address) and address not in UNICAST:
        return False
    is_shared = address.is_multicast or any(address in network for network in NEVER)
    return address.is_global and not is_shared


def is_own(address: Address) -> bool:
    """Say whether `address` is this machine's or a private network's; cloud metadata are neither.

    They lie on link-local addresses, and no operator means those.
    """
    is_odd = address.is_link_local or address.is_multicast or address.is_unspecified
    return address.is_loopback or (address.is_private and not is_odd and not address.is_reserved)


def _resolved(host: str, port: int, patience: float) -> list[Address]:
    """Return the addresses of a name: whose servers say nothing holds the resolver for minutes."""
    answer: Future[list[Any]] = Future()

    def look_up() -> None:
        try:
            answer.set_result(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, ValueError) as error:
            answer.set_exception(error)

    threading.Thread(target=look_up, name="look-up", daemon=True).start()
    try:
        found = answer.result(patience)
    except (OSError, ValueError):
        raise Refused(Failure.NAME) from None
    return list(dict.fromkeys(ipaddress.ip_address(place[0]) for *_, place in found))
