"""Tells when two addresses are one place, and whether an address looks like a home (pure)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_WORD = re.compile(r"[a-z0-9]+|#")

# As the post office abbreviates them; every word for a part of a building is the same word.
_SHORT: Mapping[str, str] = {
    "#": "ste", "avenue": "ave", "av": "ave", "boulevard": "blvd", "building": "bldg",
    "center": "ctr", "centre": "ctr", "circle": "cir", "court": "ct", "drive": "dr", "east": "e",
    "floor": "fl", "fort": "ft", "highway": "hwy", "lane": "ln", "mount": "mt", "no": "ste",
    "north": "n", "northeast": "ne", "northwest": "nw", "office": "ste", "parkway": "pkwy",
    "place": "pl", "plaza": "plz", "road": "rd", "room": "ste", "rm": "ste", "route": "rte",
    "saint": "st", "south": "s", "southeast": "se", "southwest": "sw", "square": "sq",
    "street": "st", "suite": "ste", "terrace": "ter", "trail": "trl", "turnpike": "tpke",
    "unit": "ste", "west": "w",
}  # fmt: skip

# Signs of a home, which count first: a flat, a place for a trailer, a box at the post office.
_HOME = re.compile(r"\b(?:apt|apartment|lot|spc|trlr|trailer|basement|bsmt|box)\b")

# Signs of a place that is open to the public. Without any, an address may be a home.
_BUSINESS = re.compile(
    r"\b(?:suite|ste|bldg|building|floor|fl|office|ofc|room|rm|plaza|plz|mall|center|centre|ctr"
    r"|square|sq|tower|clinic|medical|professional|hospital|highway|hwy|boulevard|blvd|parkway"
    r"|pkwy|expressway|expy|freeway|fwy|turnpike|tpke|pike|route|rte|broadway|main|market"
    r"|commerce|commercial|industrial|business)\b"
)


LONGEST_SPOT = 200


@dataclass(frozen=True, slots=True)
class Location:
    """One place. In the United States `postal_code` has five digits, and `phone` ten or none."""

    address_1: str
    address_2: str
    city: str
    state: str
    postal_code: str
    phone: str

    @property
    def spot(self) -> str:
        """The same text for every way to write this address; see `spot`."""
        return spot(self.address_1, self.address_2, self.postal_code)

    def to_json(self) -> dict[str, Any]:
        """Return the fields by name."""
        return {name: getattr(self, name) for name in self.__slots__}


def in_one_line(city: str, state: str, postal_code: str) -> str:
    """Return the last line of an address, such as `Ringgold, GA 30736`; a state may be missing."""
    return ", ".join(filter(None, (city, " ".join(filter(None, (state, postal_code))))))


def spot(address_1: str, address_2: str, postal_code: str) -> str:
    """Return the same text for every way to write one address.

    `100 Main Street, Suite 4` and `100 MAIN ST` with `#4` in the second line are one place. Parts
    of one building stay apart: a suite of its own is an address of its own.
    """
    words = [_SHORT.get(word, word) for word in _WORD.findall(f"{address_1} {address_2}".lower())]
    once = [word for n, word in enumerate(words) if [*words[n - 1 : n], word] != ["ste", "ste"]]
    return f"{postal_code} {' '.join(once)}"[:LONGEST_SPOT]


def looks_residential(address_1: str, address_2: str) -> bool:
    """Tell whether somebody may live here: nothing about the address says that it is a business.

    In doubt it is a home: to leave an office out for a while does less harm than to show where
    somebody lives.
    """
    address = f"{address_1} {address_2}".lower()
    return bool(_HOME.search(address)) or not _BUSINESS.search(address)
