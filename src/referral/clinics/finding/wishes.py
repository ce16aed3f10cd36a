"""What a person asks for on the search page, and addresses that ask for nearly that (pure)."""

from collections.abc import Iterable, Mapping
from typing import NamedTuple, Self
from urllib.parse import urlencode

from referral.clinics.finding.bands import RADII
from referral.clinics.geography.gazetteer import LONGEST
from referral.clinics.traits import Trait, known
from referral.clinics.vocabulary import (
    ACCESSIBILITY,
    INSURANCE,
    LANGUAGES,
    OPEN,
    TAKING,
    TECHNIQUES,
)

RADIUS = 25
LABELS: Mapping[str, Mapping[str, str]] = {
    "language": LANGUAGES,
    "technique": TECHNIQUES,
    "insurance": INSURANCE,
    "open": OPEN,
    "accepting": TAKING,
    "accessible": ACCESSIBILITY,
}
# Of these the form lets one value be chosen.
ONE_OF = ("language", "technique", "insurance")


class Wish(NamedTuple):
    """A place as it was typed, how many miles around it, and what a clinic must have."""

    place: str
    radius: int
    traits: tuple[Trait, ...]

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> Self:
        """Read the names and values of the form; what it does not offer is passed over."""
        given = list(pairs)
        values = dict(given)
        radius = next((r for r in RADII if str(r) == values.get("radius")), RADIUS)
        # Each of several, and of one that can be chosen the last.
        traits = {
            name if name in ONE_OF else (name, value): (name, value) for name, value in known(given)
        }
        # Links from before there were cities say zip.
        place = values.get("place") or values.get("zip", "")
        return cls(place.strip()[:LONGEST], radius, tuple(traits.values()))

    @property
    def url(self) -> str:
        """The address of this search."""
        return (
            f"/clinics?{urlencode([('place', self.place), ('radius', self.radius), *self.traits])}"
        )

    def without(self, trait: Trait) -> Self:
        """Return the wish but for one trait."""
        return self._replace(traits=tuple(one for one in self.traits if one != trait))

    def chosen(self, name: str) -> list[str]:
        """Return the values that are asked for of a filter."""
        return [value for filtered, value in self.traits if filtered == name]


def label(trait: Trait) -> str:
    """Return what a trait is called."""
    name, value = trait
    return LABELS[name][value]
