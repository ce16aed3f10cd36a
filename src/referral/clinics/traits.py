"""What clinics can be filtered by, as one number in the index of the search (pure).

Each trait is a filter and one of its values, as they stand in a query, and has a bit of its own.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import time
from enum import StrEnum
from typing import Any

from referral.clinics import hours
from referral.clinics.standing import Accepting, Standing, takes_requests

Trait = tuple[str, str]
"""A filter, such as `language`, and a value, such as `es`."""

EVENING = time(18)


class Open(StrEnum):
    """When a clinic is open beside the usual hours: `evening`, on some day later than 6 pm."""

    SATURDAY = "saturday"
    EVENING = "evening"


class Takes(StrEnum):
    """Whom a clinic takes: new patients at present; requests that are sent here."""

    NEW_PATIENTS = "new_patients"
    ONLINE_REQUESTS = "online_requests"


# The place in the list is the number of the bit, and stored: a new trait comes in a line of its own
# after the last, and none goes. 63 fit, for the databases know signed numbers only.
_IN_ORDER: tuple[tuple[str, str], ...] = (
    ("accepting", "new_patients online_requests"),
    ("open", "saturday evening"),
    ("accessible", "step_free parking restroom low_table seated"),
    ("language", "en es zh tl vi ar fr ko ru de ht hi pt it pl ur ja fa gu te bn th el pa ta hy"),
    ("language", "he uk"),
    ("technique", "diversified activator drop_table flexion_distraction gonstead sot"),
    ("technique", "mobilization soft_tissue exercise"),
    ("insurance", "medicare medicaid veterans tricare workers_comp auto aetna blue_cross cigna"),
    ("insurance", "humana kaiser united hsa none"),
)
TRAITS: tuple[Trait, ...] = tuple(
    (name, value) for name, values in _IN_ORDER for value in values.split()
)
BITS: Mapping[Trait, int] = {trait: 1 << number for number, trait in enumerate(TRAITS)}
FILTERS = tuple(dict.fromkeys(name for name, _ in TRAITS))

# The columns that hold lists of codes of the vocabulary.
LISTED_IN: Mapping[str, str] = {
    "accessible": "accessibility",
    "language": "languages",
    "technique": "techniques",
    "insurance": "insurance",
}
COLUMNS = ("standing", "accepting", "paused", "hours", *LISTED_IN.values())


def traits_of(clinic: Mapping[str, Any]) -> int:
    """Return the bits of a clinic's traits, from its columns by name."""
    return bits(trait for trait in _traits(clinic) if trait in BITS)


def bits(traits: Iterable[Trait]) -> int:
    """Return the number in which the bits of `traits` are set, and no others."""
    number = 0
    for trait in traits:
        number |= BITS[trait]
    return number


def known(pairs: Iterable[tuple[str, str]]) -> tuple[Trait, ...]:
    """Return those of the names and values of a query that are traits, each once."""
    return tuple(dict.fromkeys(pair for pair in pairs if pair in BITS))


def _traits(clinic: Mapping[str, Any]) -> Iterator[Trait]:
    # As stored, or as read: codes, or members of their enums.
    standing, accepting = Standing(clinic["standing"]), Accepting(clinic["accepting"])
    if accepting is Accepting.YES and not clinic["paused"]:
        yield "accepting", Takes.NEW_PATIENTS
    if takes_requests(standing, accepting, paused=clinic["paused"]):
        yield "accepting", Takes.ONLINE_REQUESTS
    week = hours.from_json(clinic["hours"])
    if "sa" in week:
        yield "open", Open.SATURDAY
    if any(period.closes > EVENING for periods in week.values() for period in periods):
        yield "open", Open.EVENING
    for name, column in LISTED_IN.items():
        yield from ((name, code) for code in clinic[column])
