"""Makes one clinic of the providers at one address (pure)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from referral.clinics.geography.addresses import Location, looks_residential
from referral.clinics.register.providers import Provider


@dataclass(frozen=True, slots=True)
class Member:
    """A provider, with the places and names that the register keeps in other files."""

    provider: Provider
    locations: tuple[Location, ...] = ()
    other_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Practice:
    """A clinic as the register knows it. `people` are the persons among its providers."""

    npi: str
    name: str
    other_names: tuple[str, ...]
    location: Location
    places: tuple[Location, ...]
    people: tuple[Provider, ...]
    source_date: date | None
    is_public: bool


def practice(members: Sequence[Member], *, known_as: str | None = None) -> Practice:
    """Return the one clinic that `members`, who share an address, are.

    It is known by its oldest organization, or by its oldest provider where all are persons, or by
    the NPI `known_as` if that is among them. The names of all its organizations lead to it. Its
    other places are those of the provider it is known by: a member may work elsewhere without the
    clinic. One person at what may be a home is not public.
    """
    lead, *others = sorted(members, key=lambda member: _rank(member, known_as))
    people = sorted(
        (member.provider for member in members if member.provider.entity == "person"),
        key=lambda person: (person.name, person.npi),
    )
    here = lead.provider.location
    phone = next((m.provider.phone for m in (lead, *others) if m.provider.phone), "")
    return Practice(
        npi=lead.provider.npi,
        name=lead.provider.name,
        other_names=_other_names(lead, others),
        location=Location(**here.to_json() | {"phone": phone}),
        places=_places(lead),
        people=tuple(people),
        source_date=lead.provider.last_updated,
        is_public=len(people) != 1
        or len(members) > 1
        or not looks_residential(here.address_1, here.address_2),
    )


def _rank(member: Member, known_as: str | None) -> tuple[bool, bool, date, str]:
    provider = member.provider
    return (
        provider.npi != known_as,
        provider.entity == "person",
        provider.enumerated or date.max,
        provider.npi,
    )


def _other_names(lead: Member, others: Sequence[Member]) -> tuple[str, ...]:
    """Return each name once, in order, without the one that the clinic is shown under."""
    names = [*lead.provider.other_names, *lead.other_names]
    for member in others:
        if member.provider.entity == "organization":
            names += [member.provider.name, *member.provider.other_names, *member.other_names]
    once = {lead.provider.name.casefold(): ""}
    for name in names:
        once.setdefault(name.casefold(), name)
    return tuple(name for name in once.values() if name)


def _places(lead: Member) -> tuple[Location, ...]:
    """Return the other places, each once; those that may be a home only of an organization."""
    found = {
        place.spot: place
        for place in lead.locations
        if lead.provider.entity == "organization"
        or not looks_residential(place.address_1, place.address_2)
    }
    found.pop(lead.provider.location.spot, None)
    return tuple(found[spot] for spot in sorted(found))
