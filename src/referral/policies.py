"""How much a caller may ask for: the table of calls without a key, and the length of a list."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

MINUTE, HOUR, DAY = 60, 60 * 60, 24 * 60 * 60
# Of codes in a list that is sent; there are fewer of each kind.
MOST_CODES = 50


@dataclass(frozen=True, slots=True)
class Policy:
    """An allowance: `most` calls at once, which come back evenly within `seconds`."""

    name: str
    most: int
    seconds: int = MINUTE


# Who counts as one is in the last column: an address on the network may be a household or, behind
# its provider's one address, thousands of phones (docs/adr/0034-strangers-by-address.md).
POLICIES: Mapping[str, Policy] = MappingProxyType(
    {
        policy.name: policy
        for policy in (
            Policy("search", 600, MINUTE),  # an address
            Policy("assess", 300, HOUR),  # an address
            Policy("submit", 60, HOUR),  # an address
            Policy("find", 30, HOUR),  # an address
            Policy("join", 30, HOUR),  # an address
            Policy("join-all", 60, MINUTE),  # everybody together (docs/adr/0025)
            Policy("address-clinic", 10, DAY),  # an address, at one clinic
            Policy("person-clinic", 3, DAY),  # a contact detail from an address, at one clinic
            Policy("person", 6, DAY),  # a contact detail from an address
            Policy("clinic", 100, DAY),  # everybody together, at one clinic
        )
    }
)
MOST = 1_000_000


def with_own(numbers: Mapping[str, int]) -> Mapping[str, Policy]:
    """Return the table with other numbers for some of its policies."""
    return {
        name: Policy(name, numbers.get(name, policy.most), policy.seconds)
        for name, policy in POLICIES.items()
    }


def parse(text: str) -> dict[str, int]:
    """Return the numbers in a text such as `submit=120, search=1200`, by policy.

    Raises ValueError for a policy that does not exist, and for a number that makes no sense.
    """
    numbers = {}
    for part in filter(None, (part.strip() for part in text.split(","))):
        name, _, number = (piece.strip() for piece in part.partition("="))
        if name not in POLICIES or not (number.isascii() and number.isdecimal()):
            raise ValueError(f"takes NAME=NUMBER, comma-separated; names: {', '.join(POLICIES)}")
        numbers[name] = int(number)
        if not 1 <= numbers[name] <= MOST:
            raise ValueError(f"takes numbers from 1 to {MOST:,}")
    return numbers
